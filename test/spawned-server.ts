import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { loadModel } from '../src/model/model.ts';
import { type Credentials, sign } from '../src/testing/sign.ts';
import { childrenOf, endsWithTest, killGroup } from './children.ts';
import type { JumpingClock } from './jumping-clock.ts';

/** Account and home Region of every spawned server. */
export const account = '111122223333';
export const region = 'us-east-1';

/** The root access key of every spawned server. */
export const rootCredentials: Credentials = {
  accessKeyId: 'AKIASPAWNEDROOTACCESS',
  secretAccessKey: 'spawned-root-secret-access-key-0123456789',
};

/** Nothing of a server takes longer, however busy the machine: the test fails then, and does not wait for ever. Milliseconds. */
const startsMs = 60_000;
const endsMs = 60_000;
const answersMs = 60_000;

/** What a test may choose. */
export interface SpawnOptions {
  /** Data directory; absent: in memory. */
  readonly data?: string;
  /** More flags of `start`, e.g. `['--test-endpoints']`. */
  readonly flags?: readonly string[];
  /** More of its environment, e.g. `{ SOFTHSM2_CONF: '…' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself, e.g. `['--max-old-space-size=128']`. */
  readonly nodeFlags?: readonly string[];
  /** The wall clock that it lives by, and that its clients sign by; absent: the real one. */
  readonly clock?: JumpingClock;
  /** Kills the process (SIGKILL) when aborted, whether it has begun to listen or not. */
  readonly killedBy?: AbortSignal;
}

/** A server in a process of its own, started as a user starts it: what can be killed, measured and spoken to by anybody. */
export class SpawnedServer {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly #output: { text: string };
  readonly #clock: JumpingClock | undefined;

  private constructor(child: ChildProcess, url: string, output: { text: string }, clock: JumpingClock | undefined) {
    this.#clock = clock;
    this.#child = child;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.#output = output;
  }

  /** Resolves as soon as the server has printed where it listens. */
  static start({
    data = ':memory:',
    flags = [],
    env = {},
    nodeFlags = [],
    clock,
    killedBy,
  }: SpawnOptions = {}): Promise<SpawnedServer> {
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const args = [main, 'start', '--port', '0', '--data', data, '--account', account, '--region', region, ...flags];
    const child = spawn(process.execPath, [...(clock?.nodeFlags ?? []), ...nodeFlags, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which can be ended as a whole.
      detached: true,
      ...(killedBy && { signal: killedBy, killSignal: 'SIGKILL' }),
      env: {
        PATH: process.env.PATH,
        BULWARK_THROTTLING: 'off',
        // What tests kill and measure is one process on any machine, unless they say otherwise.
        BULWARK_WORKERS: '1',
        BULWARK_ROOT_ACCESS_KEY_ID: rootCredentials.accessKeyId,
        BULWARK_ROOT_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
        ...env,
      },
    });
    endsWithTest(child);
    const output = { text: '' };
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        killGroup(child);
        reject(new Error(`the server did not listen within ${startsMs} ms:\n${output.text}`));
      }, startsMs);
      child.once('close', () => clearTimeout(late));
      const read = (chunk: Buffer): void => {
        output.text += chunk.toString('latin1');
        const url = /^export AWS_ENDPOINT_URL=(\S+)\n/m.exec(output.text)?.[1];
        if (url === undefined) return;
        clearTimeout(late);
        resolve(new SpawnedServer(child, url, output, clock));
      };
      child.stdout!.on('data', read);
      child.stderr!.on('data', read);
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`the server ended with ${code ?? signal} before it listened:\n${output.text}`)),
      );
    });
  }

  /** Everything written to standard output and standard error so far, one character a byte. */
  get output(): string {
    return this.#output.text;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Its exit status; null while it runs, or where a signal ended it. */
  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Ids of its workers. */
  get workers(): readonly number[] {
    return childrenOf(this.pid);
  }

  /** What the AWS CLI and the SDKs read to find this server and speak as its root user. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    };
  }

  /**
   * Ends the process and waits for its end, and that of its workers.
   *
   * @param signal SIGTERM shuts down gracefully; SIGKILL is a crash
   * @throws {Error} they did not end by themselves, and were killed
   */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return;
    // Not `once` of node:events: it fails where what was to kill the server comes while it is stopped.
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill(signal);
    let outlived = false;
    const late = setTimeout(() => {
      outlived = true;
      killGroup(this.#child);
      // Whatever else holds on to them.
      this.#child.stdout!.destroy();
      this.#child.stderr!.destroy();
    }, endsMs);
    await closed;
    clearTimeout(late);
    if (outlived) throw new Error(`the server did not end within ${endsMs} ms of ${signal}:\n${this.output}`);
  }

  /** Calls a JSON operation of KMS over plain HTTP, e.g. `kms('CreateKey', {})`. */
  kms(operation: string, input: object, credentials = rootCredentials, patienceMs?: number): Promise<Answer> {
    return this.json('kms', operation, input, credentials, patienceMs);
  }

  /** Calls an operation of a JSON service, by the name of its model, over plain HTTP. */
  json(
    service: string,
    operation: string,
    input: object,
    credentials = rootCredentials,
    patienceMs?: number,
  ): Promise<Answer> {
    const { targetPrefix, signingName } = loadModel(service);
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefix}.${operation}` };
    return this.#post(signingName, headers, JSON.stringify(input), credentials, patienceMs);
  }

  /** Calls a Query operation of IAM over plain HTTP, e.g. `iam('CreateUser', { UserName: 'bob' })`. */
  iam(operation: string, input: Readonly<Record<string, string>>, credentials = rootCredentials): Promise<Answer> {
    const form = new URLSearchParams({ Action: operation, Version: '2010-05-08', ...input });
    return this.#post('iam', { 'content-type': 'application/x-www-form-urlencoded' }, String(form), credentials);
  }

  async #post(
    service: string,
    contentHeaders: Readonly<Record<string, string>>,
    body: string,
    credentials: Credentials,
    patienceMs = answersMs,
  ): Promise<Answer> {
    const unsigned = {
      method: 'POST',
      path: '/',
      headers: { ...contentHeaders, host: `127.0.0.1:${this.port}` },
      body,
    };
    const { host: _host, ...headers } = sign(
      unsigned,
      credentials,
      { region, service },
      new Date(Date.now() + (this.#clock?.aheadMs ?? 0)),
    );
    const response = await fetch(this.url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    return { status: response.status, requestId: response.headers.get('x-amzn-requestid') ?? '', text };
  }
}

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly requestId: string;
  readonly text: string;
}
