import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readZip } from '../zip.ts';
import { bestIsolation, makeFolder, type SandboxFolder } from './isolation.ts';
import { type LogSink, LogTail } from './log-tail.ts';
import { residentBytes } from './memory.ts';
import { maxAnswerBytes, type RuntimeApi, type RuntimeEvent, type RuntimePeer } from './runtime-api.ts';
import type { RuntimeProgram } from './runtimes.ts';

/** What an execution environment is made of. */
export interface SandboxParts {
  readonly api: RuntimeApi;
  readonly program: RuntimeProgram;
  /** The code package. */
  readonly archive: Buffer;
  /** Variables of the function and of Lambda. */
  readonly variables: Readonly<Record<string, string>>;
  /** PEM certificates that vouch for this server, where it serves HTTPS. */
  readonly certificates: string | undefined;
  readonly memoryMb: number;
  readonly tmpMb: number;
  readonly timeoutSeconds: number;
  readonly log: LogSink;
}

/** How an invocation ended. */
export interface Finished {
  readonly payload: string;
  /** The function failed, did not answer in time, or its process ended. */
  readonly isError: boolean;
  /** Last 4 KiB of the log, in base64. */
  readonly logTail: string;
}

const startSeconds = 10;
const memoryCheckMs = 250;

/** One execution environment: a process of its own that works on one event at a time. */
export class Sandbox implements RuntimePeer {
  readonly #parts: SandboxParts;
  readonly #folder: SandboxFolder;
  readonly #log: LogTail;
  readonly #beganAt = performance.now();
  #process: ChildProcess | undefined;
  #leave: (() => void) | undefined;
  #work: Work | undefined;
  #give: ((event: RuntimeEvent) => void) | undefined;
  #startMs: number | undefined;
  #peakBytes = 0;
  #dead = false;

  private constructor(parts: SandboxParts) {
    this.#parts = parts;
    this.#folder = makeFolder();
    this.#log = new LogTail(parts.log);
  }

  /** Starts a process; its handler loads in the meantime. @throws {Error} the host cannot */
  static async start(parts: SandboxParts): Promise<Sandbox> {
    const sandbox = new Sandbox(parts);
    try {
      await sandbox.#launch();
    } catch (error) {
      sandbox.kill();
      throw error;
    }
    return sandbox;
  }

  /** No event can be given to it any more. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Runs an event to its end. Never rejects. */
  run(event: Omit<RuntimeEvent, 'deadline'>): Promise<Finished> {
    return new Promise((resolve) => {
      this.#log.begin(event.requestId);
      this.#log.write(
        `START RequestId: ${event.requestId} Version: ${this.#parts.variables.AWS_LAMBDA_FUNCTION_VERSION}\n`,
      );
      const startsIn = this.#startMs === undefined ? startSeconds * 1000 : 0;
      const timeout = setTimeout(() => this.#timedOut(), startsIn + this.#parts.timeoutSeconds * 1000);
      const watch = setInterval(() => this.#watchMemory(), memoryCheckMs);
      this.#work = { event, resolve, timeout, watch, beganAt: performance.now() };
      if (this.#dead) return void this.#exited('exit status 1');
      this.#give?.(this.#eventOf(this.#work));
    });
  }

  /** Ends the process and removes its folder. */
  kill(): void {
    this.#dead = true;
    this.#leave?.();
    try {
      if (this.#process?.pid !== undefined && this.#process.exitCode === null)
        process.kill(-this.#process.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    rmSync(this.#folder.path, { recursive: true, force: true, maxRetries: 3 });
  }

  next(): Promise<RuntimeEvent> {
    if (this.#startMs === undefined) {
      this.#startMs = performance.now() - this.#beganAt;
      if (this.#work) this.#restartTimeout(this.#work);
    }
    return new Promise((resolve) => {
      this.#give = resolve;
      if (this.#work) resolve(this.#eventOf(this.#work));
    });
  }

  answered(requestId: string, body: string): boolean {
    return this.#finish(requestId, body, false);
  }

  failed(requestId: string, body: string): boolean {
    return this.#finish(requestId, body, true);
  }

  failedToStart(body: string): void {
    this.#dead = true;
    if (this.#work) this.#finish(this.#work.event.requestId, body, true);
    else this.#startFailure = body;
  }

  #startFailure: string | undefined;

  tooLarge(requestId: string): void {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`;
    this.#finish(requestId, JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }), true);
  }

  async #launch(): Promise<void> {
    const { api, program, archive, variables, certificates, tmpMb } = this.#parts;
    unpack(archive, this.#folder.task);
    if (certificates !== undefined) writeFileSync(join(this.#folder.runtime, 'ca.pem'), certificates);
    const { address, leave } = await api.admit(this);
    this.#leave = leave;
    const { file, args, task, runtime, tmp } = bestIsolation().wrap(program, this.#folder, tmpMb * 1_048_576);
    const child = spawn(file, args, {
      cwd: this.#folder.task,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
        HOME: tmp,
        TMPDIR: tmp,
        PYTHONDONTWRITEBYTECODE: '1',
        LAMBDA_TASK_ROOT: task,
        LAMBDA_RUNTIME_DIR: runtime,
        AWS_LAMBDA_RUNTIME_API: address,
        ...(certificates !== undefined && {
          AWS_CA_BUNDLE: join(runtime, 'ca.pem'),
          NODE_EXTRA_CA_CERTS: join(runtime, 'ca.pem'),
        }),
        ...variables,
      },
    });
    this.#process = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#log.write(text));
    }
    child.unref();
    child.once('error', (error) => this.#exited(error.message));
    child.once('exit', (status, signal) =>
      this.#exited(signal ? `signal: ${signal === 'SIGKILL' ? 'killed' : signal}` : `exit status ${status}`),
    );
  }

  #eventOf({ event }: Work): RuntimeEvent {
    this.#give = undefined;
    return { ...event, deadline: Date.now() + this.#parts.timeoutSeconds * 1000 };
  }

  /** The function's own time begins when it has started. */
  #restartTimeout(work: Work): void {
    clearTimeout(work.timeout);
    work.timeout = setTimeout(() => this.#timedOut(), this.#parts.timeoutSeconds * 1000);
    work.beganAt = performance.now();
  }

  #timedOut(): void {
    this.#end('Sandbox.Timedout', `Task timed out after ${this.#parts.timeoutSeconds.toFixed(2)} seconds`);
  }

  #watchMemory(): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    const bytes = residentBytes(pid);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#parts.memoryMb * 1_048_576)
      this.#end('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed');
  }

  #exited(how: string): void {
    this.#dead = true;
    if (this.#startFailure !== undefined && this.#work) {
      this.#finish(this.#work.event.requestId, this.#startFailure, true);
    } else this.#end('Runtime.ExitError', `Runtime exited with error: ${how}`);
  }

  /** Fails what it works on, and ends the process: nobody knows what state it is in. */
  #end(errorType: string, message: string): void {
    const id = this.#work?.event.requestId;
    if (id !== undefined)
      this.#finish(id, JSON.stringify({ errorType, errorMessage: `RequestId: ${id} Error: ${message}` }), true);
    this.kill();
  }

  #finish(requestId: string, payload: string, isError: boolean): boolean {
    const work = this.#work;
    if (work?.event.requestId !== requestId) return false;
    this.#work = undefined;
    clearTimeout(work.timeout);
    clearInterval(work.watch);
    void this.#report(work, payload, isError);
    return true;
  }

  async #report({ event, resolve, beganAt }: Work, payload: string, isError: boolean): Promise<void> {
    const ms = performance.now() - beganAt;
    this.#peakBytes = Math.max(
      this.#peakBytes,
      this.#process?.pid === undefined ? 0 : residentBytes(this.#process.pid),
    );
    // What was written before the answer is in the pipe by now.
    await nextTurn();
    await nextTurn();
    const { memoryMb } = this.#parts;
    this.#log.write(
      `END RequestId: ${event.requestId}\nREPORT RequestId: ${event.requestId}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${Math.ceil(this.#peakBytes / 1_048_576)} MB\t\n`,
    );
    resolve({ payload, isError, logTail: this.#log.tail });
  }
}

interface Work {
  readonly event: Omit<RuntimeEvent, 'deadline'>;
  readonly resolve: (finished: Finished) => void;
  readonly watch: NodeJS.Timeout;
  timeout: NodeJS.Timeout;
  beganAt: number;
}

const unpack = (archive: Buffer, folder: string): void => {
  for (const { path, content, executable } of readZip(archive)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: executable ? 0o755 : 0o644 });
  }
};
