import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { bulwark } from '../bulwark.ts';
import { noPostgres, PostgresServer } from '../postgres-server.ts';
import { SpawnedServer } from '../spawned-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-tampering-'));
const original = join(directory, 'original');
after(() => rmSync(directory, { recursive: true, force: true }));

/** One after another, so that each call is a journal block, a row of the `log` table, of its own. */
before(async () => {
  const server = await SpawnedServer.start({ data: original });
  for (let n = 0; n < 6; n++) assert.equal((await server.kms('CreateKey', {})).status, 200);
  await server.stop();
});

/** What somebody does who can write to the disk, and what the operator is told. */
const cases: readonly { readonly does: string; readonly sql: readonly string[]; readonly says: RegExp }[] = [
  {
    does: 'alters a few bytes of a record',
    sql: [
      "UPDATE log SET sealed = CAST(substr(sealed, 1, 40) || X'0000000000000000' || substr(sealed, 49) AS BLOB) WHERE first = 3",
    ],
    says: /record 3 is altered or moved/,
  },
  { does: 'removes a record', sql: ['DELETE FROM log WHERE first = 3'], says: /record 3 is missing/ },
  { does: 'removes the first record', sql: ['DELETE FROM log WHERE first = 1'], says: /record 1 is missing/ },
  {
    does: 'removes the last record',
    sql: ['DELETE FROM log WHERE first = (SELECT max(first) FROM log)'],
    says: /record 6 is missing at the end/,
  },
  { does: 'removes every record', sql: ['DELETE FROM log'], says: /records 1 to 6 are missing at the end/ },
  {
    does: 'exchanges two records',
    sql: [
      'UPDATE log SET first = -3 WHERE first = 3',
      'UPDATE log SET first = 3 WHERE first = 4',
      'UPDATE log SET first = 4 WHERE first = -3',
    ],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'puts a copy of one record in the place of another',
    sql: ['UPDATE log SET sealed = (SELECT sealed FROM log WHERE first = 2) WHERE first = 3'],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'appends a copy of the last record',
    sql: ['INSERT INTO log SELECT first + 1, count, sealed FROM log ORDER BY first DESC LIMIT 1'],
    says: /record 7 is altered or moved/,
  },
  {
    does: 'removes a record and moves the others up',
    sql: ['DELETE FROM log WHERE first = 3', 'UPDATE log SET first = first - 1 WHERE first > 3'],
    says: /record 3 is altered or moved/,
  },
  {
    does: 'removes the head',
    sql: ["DELETE FROM meta WHERE name = 'log-head'"],
    says: /the head of the journal was altered or removed/,
  },
];

describe('bulwark verify-journal', { concurrency: 2 }, () => {
  it('passes what nobody touched', async () => {
    const { exitCode, stdout } = await bulwark('verify-journal', '--data', original);
    assert.match(stdout, /^6 records verified/);
    assert.equal(exitCode, 0);
  });

  for (const { does, sql, says } of cases) {
    it(`finds out who ${does}`, async () => {
      const data = mkdtempSync(join(directory, 'copy-'));
      cpSync(original, data, { recursive: true });
      const database = new DatabaseSync(join(data, 'bulwark.db'));
      for (const statement of sql) database.exec(statement);
      database.close();
      const { exitCode, stdout } = await bulwark('verify-journal', '--data', data);
      assert.match(stdout, /^BROKEN/);
      assert.match(stdout, says);
      assert.equal(exitCode, 1);
    });
  }
});

/** A store that was changed once more: what it held before, what it holds now, and how an operator asks about it. */
interface Changed {
  /** Prefix of the tables, and of those of the state before. */
  readonly now: string;
  readonly earlier: string;
  /** An expression: what is sealed, with four bytes of it changed. */
  readonly altered: string;
  /** Makes a copy to tamper with. @returns the flags that name it */
  readonly tampered: (...sql: readonly string[]) => Promise<readonly string[]>;
  /** Flags that name the state before. */
  readonly before: () => Promise<readonly string[]>;
  /** The head as verification printed it after the change. */
  readonly head: string;
}

const changes = async (server: SpawnedServer, keyId: string, to: string): Promise<void> =>
  assert.equal((await server.kms('UpdateKeyDescription', { KeyId: keyId, Description: to })).status, 200);

const headOf = async (flags: readonly string[]): Promise<string> =>
  /^head (.*)$/m.exec((await bulwark('verify', ...flags)).stdout)![1]!;

const changedDirectory = async (): Promise<Changed> => {
  const before = join(directory, 'before');
  const after = join(directory, 'after');
  const write = async (description: string, KeyId?: string): Promise<string> => {
    const server = await SpawnedServer.start({ data: after });
    const keyId = KeyId ?? JSON.parse((await server.kms('CreateKey', {})).text).KeyMetadata.KeyId;
    await changes(server, keyId, description);
    await server.stop();
    return keyId;
  };
  const keyId = await write('before');
  cpSync(after, before, { recursive: true });
  await write('after', keyId);
  return {
    now: 'main.',
    earlier: 'earlier.',
    altered: 'CAST(substr(sealed, 1, 40) || zeroblob(4) || substr(sealed, 45) AS BLOB)',
    tampered: async (...sql) => {
      const copy = mkdtempSync(join(directory, 'copy-'));
      cpSync(after, copy, { recursive: true });
      const database = new DatabaseSync(join(copy, 'bulwark.db'));
      for (const statement of [`ATTACH '${join(before, 'bulwark.db')}' AS earlier`, ...sql]) database.exec(statement);
      database.close();
      return ['--data', copy];
    },
    before: async () => ['--data', before],
    head: await headOf(['--data', after]),
  };
};

const changedDatabase = async (server: PostgresServer): Promise<Changed> => {
  const data = await server.newDatabase();
  const keys = join(directory, 'keys');
  const host = await SpawnedServer.start({ data, flags: ['--key-directory', keys] });
  const keyId = JSON.parse((await host.kms('CreateKey', {})).text).KeyMetadata.KeyId;
  await changes(host, keyId, 'before');
  const tables = ['meta', 'records', 'entries', 'log', 'changes'];
  const flags = (url: string) => ['--data', url, '--key-directory', keys];
  for (const table of tables) await server.query(data, `CREATE TABLE earlier_${table} AS TABLE bulwark_${table}`);
  await changes(host, keyId, 'after');
  await host.stop();
  const copy = async (...sql: readonly string[]): Promise<readonly string[]> => {
    const name = await server.newDatabase();
    const [from, to] = [data, name].map((url) => new URL(url).pathname.slice(1));
    await server.query('postgres', `DROP DATABASE ${to}`);
    await server.query('postgres', `CREATE DATABASE ${to} TEMPLATE ${from}`);
    for (const statement of sql) await server.query(name, statement);
    return flags(name);
  };
  return {
    now: 'bulwark_',
    earlier: 'earlier_',
    altered: "substr(sealed, 1, 40) || '\\x00000000'::bytea || substr(sealed, 45)",
    tampered: copy,
    before: () =>
      copy(
        ...tables.flatMap((table) => [
          `DELETE FROM bulwark_${table}`,
          `INSERT INTO bulwark_${table} SELECT * FROM earlier_${table}`,
        ]),
      ),
    head: await headOf(flags(data)),
  };
};

const refusesTampering = (engine: string, changed: () => Changed, skip: string | false = false): void => {
  const verify = (flags: readonly string[], ...more: readonly string[]) => bulwark('verify', ...flags, ...more);
  const broken = async (flags: readonly string[], says: RegExp, ...more: readonly string[]): Promise<void> => {
    const { stdout, exitCode } = await verify(flags, ...more);
    assert.match(stdout, says);
    assert.equal(exitCode, 1);
  };

  describe(`bulwark verify, ${engine}`, { skip, concurrency: 2 }, () => {
    it('passes what nobody touched, and a head that it continues from', async () => {
      const { stdout, exitCode } = await verify(await changed().tampered(), '--expect-head', changed().head);
      assert.match(stdout, /verified/);
      assert.equal(exitCode, 0);
    });

    it('finds an altered row', async () => {
      const { now, altered, tampered } = changed();
      await broken(
        await tampered(`UPDATE ${now}records SET sealed = ${altered}`),
        /BROKEN records: .*altered or moved/,
      );
    });

    it('finds a row copied to another key', async () => {
      const { now, tampered } = changed();
      const [one, other] = ['ASC', 'DESC'].map(
        (order) => `(SELECT id FROM ${now}records ORDER BY id ${order} LIMIT 1)`,
      );
      const flags = await tampered(
        `UPDATE ${now}records SET sealed = (SELECT o.sealed FROM ${now}records o WHERE o.id = ${other}), revision = (SELECT o.revision FROM ${now}records o WHERE o.id = ${other}) WHERE id = ${one}`,
      );
      await broken(flags, /BROKEN records: .*altered or moved/);
    });

    it('finds a row put back to its own earlier revision', async () => {
      const { now, earlier, tampered } = changed();
      const before = (column: string) => `(SELECT e.${column} FROM ${earlier}records e WHERE e.id = r.id)`;
      const flags = await tampered(
        `UPDATE ${now}records AS r SET sealed = ${before('sealed')}, revision = ${before('revision')} WHERE r.revision <> ${before('revision')}`,
      );
      await broken(flags, /BROKEN records: .*put back to an older revision/);
    });

    it('finds a journal put back to an earlier state, by the records that went on', async () => {
      const { now, earlier, tampered } = changed();
      const flags = await tampered(
        `DELETE FROM ${now}log WHERE first NOT IN (SELECT first FROM ${earlier}log)`,
        `UPDATE ${now}meta SET value = (SELECT e.value FROM ${earlier}meta e WHERE e.name = 'log-head') WHERE name = 'log-head'`,
      );
      await broken(flags, /BROKEN records: .*they are not the ones that belong to this journal/);
    });

    it('finds a store put back whole, by the head that was kept elsewhere', async () => {
      const flags = await changed().before();
      assert.equal((await verify(flags)).exitCode, 0);
      await broken(flags, /the journal was put back: it ends at record \d+/, '--expect-head', changed().head);
    });
  });
};

describe('tampering', () => {
  let inDirectory: Changed;
  let inDatabase: Changed;
  let postgres: PostgresServer;
  before(async () => {
    inDirectory = await changedDirectory();
    if (noPostgres) return;
    postgres = await PostgresServer.start();
    inDatabase = await changedDatabase(postgres);
  });
  after(() => postgres?.remove());

  refusesTampering('SQLite', () => inDirectory);
  refusesTampering('PostgreSQL', () => inDatabase, noPostgres);
});
