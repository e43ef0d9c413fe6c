import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { childrenOf, isRunning } from './children.ts';
import { freePort } from './free-port.ts';

/** Where Debian and Red Hat put the server's programs, newest version first. */
const programs = (): string | undefined =>
  ['/usr/lib/postgresql', '/usr/pgsql']
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((version) => join(root, version, 'bin')))
    .filter((bin) => existsSync(join(bin, 'initdb')))
    .sort()
    .at(-1);

/** Why there is no server to test with; false where there is. */
export const noPostgres: string | false = programs() ? false : 'PostgreSQL is not installed';

/** A PostgreSQL server of the test's own, on a free port of 127.0.0.1, which trusts whoever connects. */
export class PostgresServer {
  readonly #directory: string;
  readonly #port: number;
  readonly #durable: boolean;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, durable: boolean, settings: readonly string[] = []) {
    this.#directory = directory;
    this.#port = port;
    this.#durable = durable;
    this.#settings = settings;
  }

  /**
   * @param durable as in production: every commit waits for the disk
   * @param smallDisk an existing directory to keep its data in, in small files; absent: one of its own
   * @param settings more of `postgresql.conf`, e.g. `['archive_mode=on']`
   */
  static async start({
    durable = false,
    smallDisk,
    settings = [],
  }: {
    durable?: boolean;
    smallDisk?: string;
    settings?: readonly string[];
  } = {}): Promise<PostgresServer> {
    const directory = postgresDirectory(smallDisk);
    const [program, ...args] = asServer(
      'initdb',
      ...(smallDisk === undefined ? [] : ['--wal-segsize=1']),
      '-D',
      join(directory, 'data'),
      '-U',
      'bulwark',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-sync',
    );
    execFileSync(program!, args, { stdio: 'ignore', cwd: directory });
    const server = new PostgresServer(directory, await freePort(), durable, settings);
    await server.start();
    return server;
  }

  /**
   * A server on a copy of a base backup, which recovers from an archive of the write-ahead log.
   *
   * @param base what {@link baseBackup} took; it is left as it is
   * @param settings where to recover from and to, e.g. `["restore_command=cp '/archive/%f' '%p'", 'recovery_target_name=noon']`
   * @returns when it can be read, which may be before it is where it is to go
   */
  static async recover(base: string, settings: readonly string[]): Promise<PostgresServer> {
    const directory = postgresDirectory();
    // Whoever owned the files owns the copies.
    execFileSync('cp', ['-a', join(base, 'data'), directory]);
    writeFileSync(join(directory, 'data', 'recovery.signal'), '');
    const server = new PostgresServer(directory, await freePort(), false, settings);
    try {
      await server.start();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  /**
   * Copies its files beside whoever writes.
   *
   * @returns a directory with the copy in `data`, which the caller deletes
   */
  async baseBackup(...options: readonly string[]): Promise<string> {
    const directory = postgresDirectory();
    const [program, ...args] = asServer(
      'pg_basebackup',
      '--pgdata',
      join(directory, 'data'),
      '--dbname',
      this.url('postgres'),
      '--checkpoint=fast',
      '--no-sync',
      ...options,
    );
    await promisify(execFile)(program!, args, { cwd: directory });
    return directory;
  }

  /**
   * A copy of this server that follows it, and that each commit waits for from now on.
   *
   * @returns when it is connected
   */
  async startStandby(): Promise<PostgresServer> {
    const directory = await this.baseBackup('--write-recovery-conf');
    const standby = new PostgresServer(directory, await freePort(), this.#durable);
    await standby.start();
    await this.query('postgres', "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.query('postgres', 'SELECT pg_reload_conf()');
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
      const following = await this.query('postgres', 'SELECT sync_state FROM pg_stat_replication');
      if (following.some(({ sync_state }) => sync_state === 'sync')) return standby;
    }
    throw new Error('the standby does not follow');
  }

  /** Makes a standby the one that is written to. */
  async promote(): Promise<void> {
    const [row] = await this.query('postgres', 'SELECT pg_promote(true, 30) AS promoted');
    if (row?.promoted !== true) throw new Error('the standby was not promoted');
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  get port(): number {
    return this.#port;
  }

  get hasEnded(): boolean {
    return !this.#process || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Starts it again where it was left. */
  async start(): Promise<void> {
    // What a killed process has written is safe without fsync; only the machine may not stop.
    const settings = [
      ...(this.#durable ? [] : ['fsync=off']),
      'listen_addresses=127.0.0.1',
      `port=${this.#port}`,
      `unix_socket_directories=${this.#directory}`,
      ...this.#settings,
    ];
    const [program, ...args] = asServer(
      'postgres',
      '-D',
      join(this.#directory, 'data'),
      ...settings.flatMap((setting) => ['-c', setting]),
    );
    this.#process = spawn(program!, args, { stdio: 'ignore', cwd: this.#directory });
    for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
      if (await this.#answers()) return;
      if (this.hasEnded) break;
    }
    throw new Error('the PostgreSQL server does not answer');
  }

  /** @param signal SIGINT: a fast shutdown; SIGQUIT: every process of it ends at once, as after a crash; SIGKILL: killed, each */
  async stop(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const running = this.#process;
    if (!running || this.hasEnded) return;
    const ended = once(running, 'exit');
    const crew = signal === 'SIGKILL' ? childrenOf(running.pid!) : [];
    running.kill(signal);
    for (const pid of crew) killIfThere(pid);
    // A fast shutdown waits for whoever does not let go of the server.
    const impatient = setTimeout(() => running.kill('SIGKILL'), endsMs);
    await ended;
    clearTimeout(impatient);
    // They hold its shared memory; it does not start before they are gone.
    for (const until = Date.now() + endsMs; crew.some(isRunning); await sleep(10)) {
      if (Date.now() > until) throw new Error('processes of the PostgreSQL server outlived it');
    }
  }

  /** Where a database of this server is reached. */
  url(database: string): string {
    return `postgres://bulwark:not-secret@127.0.0.1:${this.#port}/${database}`;
  }

  /** A new, empty database. */
  async newDatabase(): Promise<string> {
    const name = `test_${process.pid}_${++databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.url(name);
  }

  /** Runs a statement as the operator of the database would. */
  async query(database: string, statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({
      connectionString: database.includes('://') ? database : this.url(database),
      connectionTimeoutMillis: endsMs,
    });
    // A server that ends meanwhile; the query fails then.
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Asks a role for its password from now on. */
  async requirePassword(role: string): Promise<void> {
    const rules = join(this.#directory, 'data', 'pg_hba.conf');
    writeFileSync(rules, `host all ${role} 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
  }

  /** Stops it and deletes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('postgres', 'SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

/** How long what was killed may take to be gone, in milliseconds. */
const endsMs = 20_000;

let databases = 0;

/** A new directory that PostgreSQL may write to. */
export const postgresDirectory = (parent = tmpdir()): string => {
  const directory = mkdtempSync(join(parent, 'bulwark-postgres-'));
  if (isRoot) chownSync(directory, idOf('-u'), idOf('-g'));
  return directory;
};

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const isRoot = process.getuid?.() === 0;

/** The server refuses to run as root: then it runs as the user that its package made. */
const asServer = (program: string, ...args: string[]): string[] => {
  const command = [join(programs()!, program), ...args];
  return isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command] : command;
};

const idOf = (which: '-u' | '-g'): number => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
