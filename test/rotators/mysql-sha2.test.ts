import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { LoginRefused } from '../../src/rotators/engines/engine.ts';
import { mysql } from '../../src/rotators/engines/mysql.ts';
import { MysqlConnection } from '../../src/rotators/engines/mysql-connection.ts';
import { generateTlsIdentity } from '../../src/wire/tls.ts';
import { noMariadb, passwords, startMariadb } from './databases.ts';
import { type Sha2Options, Sha2Server } from './sha2-server.ts';

const username = 'root';
const password = 'secret';

/** Public values of go-sql-driver/mysql's auth_test.go: what a client of MySQL 8 sends for `secret` under a nonce. */
const published = [
  {
    nonce: '5a694a7e1e3025380317737f45162954207b2b76',
    proof: '662005238fa18cf1abe8388b2b0e6bc4f9aa933cdccc78b2d60fb8961a3d39eb',
  },
  {
    nonce: '065160720e2a321e4c2f015f7e513e5e53503455',
    proof: 'abc98a92599f0baa0043a531af5eda44b16d6e5622212cbe43f0466e288b7c29',
  },
];

const serverOf = async (after: (work: () => void) => void, options: Sha2Options = {}): Promise<Sha2Server> => {
  const server = await Sha2Server.start(password, options);
  after(() => server.close());
  return server;
};

const login = async (server: Sha2Server, given = password, more: object = {}): Promise<void> => {
  const secret = { engine: 'mysql', host: '127.0.0.1', port: server.port, username, password: given, ...more };
  await (await mysql.login(secret)).close();
};

const refused = async (server: Sha2Server, given: string): Promise<void> => {
  await assert.rejects(login(server, given), LoginRefused);
};

/** Lets this process trust a CA until the test ends. */
const trust = (certificate: string, after: (work: () => void) => void): void => {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, certificate]);
  after(() => setDefaultCACertificates(before));
};

/** Why the client of MariaDB, which speaks the method, cannot be asked; false where it can. */
const noClient =
  existsSync('/usr/bin/mariadb-admin') &&
  ['x86_64', 'aarch64'].some((machine) =>
    existsSync(`/usr/lib/${machine}-linux-gnu/libmariadb3/plugin/caching_sha2_password.so`),
  )
    ? false
    : "MariaDB's client is not installed";

describe('a login by caching_sha2_password', () => {
  for (const { nonce, proof } of published) {
    it(`proves the password as published for nonce ${nonce.slice(0, 8)}…`, async (t) => {
      const server = await serverOf((work) => t.after(work), { nonce: Buffer.from(nonce, 'hex') });
      await login(server);
      assert.equal(server.logins[0]?.proof.toString('hex'), proof);
    });
  }

  it('gives the password under the key of the server where it is not in the cache, and then the proof alone', async (t) => {
    const server = await serverOf((work) => t.after(work));
    await login(server);
    await login(server);
    server.emptyCache();
    await login(server);
    assert.deepEqual(
      server.logins.map(({ by }) => by),
      ['key', 'cache', 'key'],
    );
  });

  it('is refused with another password, in the cache or not', async (t) => {
    const server = await serverOf((work) => t.after(work));
    await refused(server, 'other');
    await login(server);
    await refused(server, 'other');
  });

  it('takes over where the greeting names another method', async (t) => {
    const server = await serverOf((work) => t.after(work), { greetsWith: 'mysql_native_password' });
    await login(server);
    await login(server);
    assert.deepEqual(
      server.logins.map(({ by }) => by),
      ['key', 'cache'],
    );
  });

  it('gives the password itself only within TLS', async (t) => {
    const { identity, caCertificate } = await generateTlsIdentity(undefined, []);
    trust(caCertificate, (work) => t.after(work));
    const server = await serverOf((work) => t.after(work), { tls: identity });
    await login(server, password, { ssl: true, host: 'localhost' });
    await login(server, password, { ssl: true });
    assert.deepEqual(
      server.logins.map(({ by }) => by),
      ['tls', 'cache'],
    );
  });

  it('does not begin where TLS is asked for and the certificate is of a stranger', async (t) => {
    const { identity } = await generateTlsIdentity(undefined, []);
    const server = await serverOf((work) => t.after(work), { tls: identity });
    await assert.rejects(login(server, password, { ssl: true }));
    assert.deepEqual(server.logins, []);
  });

  it('is for the client of MariaDB, which knows MySQL 8, the same', { skip: noClient }, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'bulwark-sha2-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const { identity } = await generateTlsIdentity(directory, []);
    const server = await serverOf((work) => t.after(work), { tls: identity });
    const ping = (...more: readonly string[]) =>
      promisify(execFile)('mariadb-admin', [
        ...['--no-defaults', '--protocol=tcp', '--host=127.0.0.1', `--port=${server.port}`],
        ...[`--user=${username}`, `--password=${password}`, ...more, 'ping'],
      ]);
    assert.match((await ping('--ssl', `--ssl-ca=${join(directory, 'tls', 'ca.pem')}`)).stdout, /alive/);
    assert.match((await ping()).stdout, /alive/);
    await login(server);
    assert.deepEqual(
      server.logins.map(({ by }) => by),
      ['tls', 'cache', 'cache'],
    );
    assert.deepEqual(server.logins[1]?.proof, server.logins[2]?.proof);
  });
});

describe('a login to MariaDB', { skip: noMariadb }, () => {
  it('is possible within TLS', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'bulwark-mariadb-tls-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const { caCertificate } = await generateTlsIdentity(directory, []);
    trust(caCertificate, (work) => t.after(work));
    const file = (name: string): string => join(directory, 'tls', name);
    const flags = [`--ssl-cert=${file('server.pem')}`, `--ssl-key=${file('server.key')}`];
    const database = await startMariadb(flags);
    t.after(() => database.stop());
    const secret = {
      engine: 'mariadb',
      host: '127.0.0.1',
      port: database.port,
      username: 'app',
      password: passwords.app,
    };
    const connection = await MysqlConnection.open({ ...secret, ssl: true });
    const [[, cipher] = []] = await connection.query("SHOW STATUS LIKE 'Ssl_cipher'");
    connection.close();
    assert.match(cipher ?? '', /^TLS_/);
    await assert.rejects(mysql.login({ ...secret, password: 'other', ssl: true }), LoginRefused);
  });
});
