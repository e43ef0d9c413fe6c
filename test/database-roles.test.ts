import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bulwark, run } from './bulwark.ts';
import { noPostgres, PostgresServer } from './postgres-server.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('a database that does not let Bulwark do everything', { skip: noPostgres }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-roles-'));
  let server: PostgresServer;
  let databases = 0;

  before(async () => {
    chmodSync(root, 0o755);
    const hba = join(root, 'pg_hba.conf');
    writeFileSync(hba, 'host all asked 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n');
    server = await PostgresServer.start({ settings: [`hba_file=${hba}`] });
    await server.query('postgres', "CREATE ROLE asked LOGIN PASSWORD 'not-secret'");
  });
  after(async () => {
    await server?.remove();
    rmSync(root, { recursive: true, force: true });
  });

  /** Where a role reaches a database. */
  const as = (role: string, url: string): string => url.replace('bulwark:not-secret@', `${role}@`);

  const newRole = async (...options: readonly string[]): Promise<string> => {
    const role = `role_${++databases}`;
    await server.query('postgres', `CREATE ROLE ${role} LOGIN ${options.join(' ')}`);
    return role;
  };

  const start = (data: string, ...flags: readonly string[]) =>
    bulwark('start', '--port', '0', '--data', data, '--key-directory', join(root, `keys-${++databases}`), ...flags);

  const assertRefused = async (data: string, why: RegExp, ...flags: readonly string[]): Promise<void> => {
    const { exitCode, stderr, stdout } = await start(data, ...flags);
    assert.match(stderr, /^bulwark: .*\n$/, 'one line');
    assert.match(stderr, why);
    assert.equal(exitCode, 2);
    // At most that root.key was made.
    assert.doesNotMatch(stdout, /AWS_/);
  };

  const tablesOf = async (data: string): Promise<readonly unknown[]> =>
    (await server.query(data, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'bulwark%' ORDER BY 1")).map(
      ({ tablename }) => tablename,
    );

  for (const workers of ['1', '2']) {
    it(`says that the role may not create tables, workers: ${workers}`, async () => {
      const data = await server.newDatabase();
      const why = /permission denied for schema public; make the role of Bulwark the owner/;
      await assertRefused(as(await newRole(), data), why, '--workers', workers);
      assert.deepEqual(await tablesOf(data), []);
    });
  }

  it('needs no more than what the documentation grants', async () => {
    const data = await server.newDatabase();
    const role = await newRole();
    await server.query(data, `GRANT USAGE, CREATE ON SCHEMA public TO ${role}`);
    const one = await SpawnedServer.start({
      data: as(role, data),
      flags: ['--key-directory', join(root, `keys-${++databases}`)],
    });
    assert.equal((await one.kms('CreateKey', {})).status, 200);
    await one.stop();
  });

  it('says that the database is read-only, and leaves nothing behind', async () => {
    const data = await server.newDatabase();
    const role = await newRole();
    await server.query(data, `GRANT CREATE ON SCHEMA public TO ${role}`);
    await server.query('postgres', `ALTER ROLE ${role} SET default_transaction_read_only = on`);
    await assertRefused(as(role, data), /read-only transaction; Bulwark writes: name the primary server/);
    assert.deepEqual(await tablesOf(data), []);
  });

  it('leaves tables of the same names alone that are not its own', async () => {
    for (const foreign of ['meta (x INT)', 'records (x INT)', 'log (first BIGINT)', 'changes (x INT)']) {
      const data = await server.newDatabase();
      await server.query(data, `CREATE TABLE bulwark_${foreign}`);
      await assertRefused(data, /its tables bulwark_… are not those of Bulwark/);
      assert.equal((await tablesOf(data)).length, 1);
    }
  });

  it('makes no store among records that are without their description', async () => {
    const data = await server.newDatabase();
    await server.query(data, 'CREATE TABLE bulwark_entries (entry BYTEA NOT NULL, id BYTEA NOT NULL)');
    await server.query(data, "INSERT INTO bulwark_entries VALUES ('a', 'b')");
    await assertRefused(data, /none that says what they are/);
    assert.deepEqual(await tablesOf(data), ['bulwark_entries']);
  });

  it('says that the role may not have as many connections as are needed', async () => {
    const data = await server.newDatabase();
    const role = await newRole('CONNECTION LIMIT 1');
    await server.query(data, `GRANT CREATE ON SCHEMA public TO ${role}`);
    await assertRefused(as(role, data), /too many connections for role .*; every process that serves needs two/);
  });

  it('asks for the password where there is none, and for the right one', async () => {
    const data = await server.newDatabase();
    await assertRefused(as('asked', data), /the server asks for a password: give it in ~\/\.pgpass, PGPASSWORD or/);
    await assertRefused(as('asked:wrong-secret', data), /password authentication failed .*; give the password/);
  });

  it('takes the password from the environment', async () => {
    const data = await server.newDatabase();
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const args = [main, 'verify', '--data', as('asked', data), '--key-directory', root];
    const { stderr } = await run(process.execPath, args, { env: { PGPASSWORD: 'not-secret' } });
    assert.doesNotMatch(stderr, /password/);
  });

  it('says in one line that the server has no TLS where it was asked for', async () => {
    const data = await server.newDatabase();
    for (const mode of ['prefer', 'require', 'verify-ca', 'verify-full'])
      await assertRefused(`${data}?sslmode=${mode}`, /the server does not support SSL/i);
  });
});
