import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { PostgresServer } from '../postgres-server.ts';

/** A database server of the test's own, with a user `app` whom an administrator `admin` made. */
export interface Database {
  readonly port: number;
  stop(): Promise<void>;
}

/** Passwords that the users begin with. */
export const passwords = { app: 'first-app-password', admin: 'first-admin-password' };

const find = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));
const mariadbd = find('/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd');
const redisServer = find('/usr/bin/redis-server', '/usr/local/bin/redis-server');

/** Why there is none to test with; false where there is. */
export const noMariadb: string | false = mariadbd ? false : 'MariaDB is not installed';
/** Why there is none to test with; false where there is. */
export const noRedis: string | false = redisServer ? false : 'Redis is not installed';

/** PostgreSQL that asks `app`, its alternate and `admin` for their passwords. */
export const startPostgres = async (): Promise<Database> => {
  const server = await PostgresServer.start();
  const { app, admin } = passwords;
  await server.query('postgres', `CREATE ROLE app LOGIN PASSWORD '${app}'`);
  await server.query('postgres', `CREATE ROLE admin LOGIN CREATEROLE SUPERUSER PASSWORD '${admin}'`);
  const [row] = await server.query('postgres', 'SHOW hba_file');
  const rules =
    'host all app,app_clone,admin 127.0.0.1/32 scram-sha-256\\nhost all all 127.0.0.1/32 trust\\nlocal all all trust';
  await server.query('postgres', `COPY (SELECT unnest(string_to_array(E'${rules}', E'\\n'))) TO '${row!.hba_file}'`);
  await server.query('postgres', 'SELECT pg_reload_conf()');
  return { port: server.port, stop: () => server.remove() };
};

/** MariaDB on an empty directory. @param flags more of them */
export const startMariadb = async (flags: readonly string[] = []): Promise<Database> => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-mariadb-'));
  const user = userInfo().username;
  const port = await freePort();
  const socket = join(directory, 'socket');
  const where = [`--datadir=${join(directory, 'data')}`, `--user=${user}`];
  execFileSync('mariadb-install-db', ['--no-defaults', '--auth-root-authentication-method=socket', ...where], {
    stdio: 'ignore',
  });
  const server = spawn(
    mariadbd!,
    ['--no-defaults', ...where, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${socket}`, ...flags],
    {
      stdio: 'ignore',
    },
  );
  await answering(port);
  const { app, admin } = passwords;
  const statements = `CREATE DATABASE shop; CREATE USER app@'%' IDENTIFIED BY '${app}'; GRANT SELECT, INSERT ON shop.* TO app@'%';
    CREATE USER admin@'%' IDENTIFIED BY '${admin}'; GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION; DROP USER IF EXISTS ''@localhost;
    DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES;`;
  execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-e', statements]);
  return { port, stop: () => end(server, directory) };
};

/** Redis with access control. */
export const startRedis = async (): Promise<Database> => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-redis-'));
  const port = await freePort();
  const { app, admin } = passwords;
  const users = ['user default off', `user app on >${app} ~* +@all`, `user admin on >${admin} ~* +@all`];
  const settings = [`port ${port}`, 'bind 127.0.0.1', 'save ""', `dir ${directory}`, ...users];
  const server = spawn(redisServer!, ['-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  server.stdin!.end(settings.join('\n'));
  await answering(port);
  return { port, stop: () => end(server, directory) };
};

const end = async (server: ChildProcess, directory: string): Promise<void> => {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
  rmSync(directory, { recursive: true, force: true });
};

const answering = async (port: number): Promise<void> => {
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
    const socket = connect({ port, host: '127.0.0.1' });
    const connected = await new Promise((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return;
  }
  throw new Error('the server does not answer');
};
