import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

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
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, durable: boolean) {
    this.#directory = directory;
    this.#port = port;
    this.#durable = durable;
  }

  /** @param durable as in production: every commit waits for the disk */
  static async start({ durable = false } = {}): Promise<PostgresServer> {
    const directory = mkdtempSync(join(tmpdir(), 'bulwark-postgres-'));
    if (isRoot) chownSync(directory, idOf('-u'), idOf('-g'));
    const [program, ...args] = asServer(
      'initdb',
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
    const server = new PostgresServer(directory, await freePort(), durable);
    await server.start();
    return server;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Starts it again where it was left. */
  async start(): Promise<void> {
    // What a killed process has written is safe without fsync; only the machine may not stop.
    const settings = [
      ...(this.#durable ? [] : ['fsync=off']),
      'listen_addresses=127.0.0.1',
      `port=${this.#port}`,
      `unix_socket_directories=${this.#directory}`,
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
    }
    throw new Error('the PostgreSQL server does not answer');
  }

  /** @param signal SIGINT: a fast shutdown; SIGQUIT: every process of it ends at once, as after a crash */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  /** A new, empty database. */
  async newDatabase(): Promise<string> {
    const name = `test_${process.pid}_${++databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.#url(name);
  }

  /** Runs a statement as the operator of the database would. */
  async query(database: string, statement: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: database.includes('://') ? database : this.#url(database) });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
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

  #url(database: string): string {
    return `postgres://bulwark:not-secret@127.0.0.1:${this.#port}/${database}`;
  }
}

let databases = 0;

const isRoot = process.getuid?.() === 0;

/** The server refuses to run as root: then it runs as the user that its package made. */
const asServer = (program: string, ...args: string[]): string[] => {
  const command = [join(programs()!, program), ...args];
  return isRoot ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command] : command;
};

const idOf = (which: '-u' | '-g'): number => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
};
