import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlGroup, makeControlGroup } from './cgroup.ts';
import { exitOf, wasKilled } from './endings.ts';
import { makeFolder, type SandboxFolder } from './folder.ts';
import { type LaunchParts, launch } from './launch.ts';
import { maxProcesses } from './limits.ts';
import { type LogSink, LogTail } from './log-tail.ts';
import { familyOf, freeze, residentBytes, thaw } from './processes.ts';
import { maxAnswerBytes, type RuntimeApi, type RuntimeEvent, type RuntimePeer } from './runtime-api.ts';

/** What an execution environment is made of. */
export interface SandboxParts extends Omit<LaunchParts, 'address'> {
  readonly api: RuntimeApi;
  readonly memoryMb: number;
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
const memoryCheckMs = 100;
/** Of the server's time, looking at memory takes at most one part in so many. */
const memoryCheckShare = 20;
/** What interpreter, isolation and kernel take beside the function's own memory and files. */
const overheadBytes = 67_108_864;
/** How long an answer waits for the runtime to be ready again: what it logs last belongs to it. */
const graceMs = 500;
/** Pause after each piece of a log that is too long. */
const drainMs = 20;

/** One execution environment: a process of its own that works on one event at a time, and is frozen between them. */
export class Sandbox implements RuntimePeer {
  readonly #parts: SandboxParts;
  readonly #folder: SandboxFolder;
  readonly #log: LogTail;
  readonly #beganAt = performance.now();
  #group: ControlGroup | undefined;
  #process: ChildProcess | undefined;
  #killRest: readonly string[] | undefined;
  #leave: (() => void) | undefined;
  #work: Work | undefined;
  #give: ((event: RuntimeEvent) => void) | undefined;
  /** Called when the runtime asks for the next event. */
  #settled: (() => void) | undefined;
  /** Ends a runtime that never asks. */
  #lingering: NodeJS.Timeout | undefined;
  #startMs: number | undefined;
  #startFailure: string | undefined;
  #exit: string | undefined;
  #peakBytes = 0;
  #dead = false;
  #hasReported = false;

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

  /** Whether its runtime waits for an event, frozen. */
  get isWaiting(): boolean {
    return this.#give !== undefined && !this.#dead;
  }

  /** Runs an event to its end. Never rejects. */
  run(event: Omit<RuntimeEvent, 'deadline'>): Promise<Finished> {
    return new Promise((resolve) => {
      this.#log.begin(event.requestId);
      this.#log.note(
        `START RequestId: ${event.requestId} Version: ${this.#parts.variables.AWS_LAMBDA_FUNCTION_VERSION}`,
      );
      const startsIn = this.#startMs === undefined ? startSeconds * 1000 : 0;
      const timeout = setTimeout(() => this.#timedOut(), startsIn + this.#timeoutMs);
      const watch = setTimeout(() => this.#watchMemory(), memoryCheckMs);
      this.#work = { event, resolve, timeout, watch, beganAt: performance.now() };
      if (this.#dead) return void this.#ended();
      if (!this.#give) return;
      thaw(this.#pid!);
      this.#give(this.#eventOf(this.#work));
    });
  }

  /** Ends all its processes and removes its folder. */
  kill(): void {
    this.#dead = true;
    clearTimeout(this.#lingering);
    this.#leave?.();
    this.#killProcesses();
    this.#group?.remove();
    rmSync(this.#folder.path, { recursive: true, force: true, maxRetries: 3 });
  }

  #killProcesses(): void {
    const pid = this.#pid;
    if (pid === undefined) return;
    const signalled = [...(this.#process?.exitCode === null ? [-pid] : []), ...familyOf(pid).slice(1)];
    for (const each of signalled) {
      try {
        process.kill(each, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    const [file, ...args] = this.#killRest ?? [];
    if (file !== undefined)
      spawn(file, args, { stdio: 'ignore' })
        .once('error', () => undefined)
        .unref();
  }

  next(): Promise<RuntimeEvent> {
    if (this.#startMs === undefined) {
      this.#startMs = performance.now() - this.#beganAt;
      if (this.#work) this.#restartTimeout(this.#work);
    }
    clearTimeout(this.#lingering);
    return new Promise((resolve) => {
      this.#give = resolve;
      if (this.#work) return resolve(this.#eventOf(this.#work));
      if (this.#pid !== undefined) freeze(this.#pid);
      this.#settled?.();
    });
  }

  worksOn(requestId: string): boolean {
    return this.#work?.event.requestId === requestId;
  }

  answered(body: string): void {
    this.#finish(body, false);
  }

  failed(body: string): void {
    this.#finish(body, true);
  }

  failedToStart(body: string): void {
    this.#dead = true;
    this.#startFailure = body;
    this.#finish(body, true);
  }

  tooLarge(): void {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`;
    this.#finish(JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }), true);
  }

  get #pid(): number | undefined {
    return this.#process?.pid;
  }

  get #timeoutMs(): number {
    return this.#parts.timeoutSeconds * 1000;
  }

  async #launch(): Promise<void> {
    const { api, memoryMb, tmpMb } = this.#parts;
    // Files of /tmp are in memory.
    this.#group = makeControlGroup((memoryMb + tmpMb) * 1_048_576 + overheadBytes, maxProcesses);
    const { address, leave } = await api.admit(this);
    this.#leave = leave;
    const { child, killRest } = await launch({ ...this.#parts, address }, this.#folder, this.#group);
    this.#process = child;
    this.#killRest = killRest;
    for (const stream of [child.stdout!, child.stderr!]) this.#read(stream);
    child.unref();
    child.once('error', (error) => this.#ended(error.message));
    child.once('exit', (status, signal) => this.#ended(exitOf(status, signal)));
  }

  #read(stream: Readable): void {
    const write = this.#log.stream();
    stream.on('data', (chunk: Buffer) => {
      if (write(chunk)) return;
      stream.pause();
      setTimeout(() => stream.resume(), drainMs).unref();
    });
  }

  #eventOf({ event }: Work): RuntimeEvent {
    this.#give = undefined;
    return { ...event, deadline: Date.now() + this.#timeoutMs };
  }

  /** The function's own time begins when it has started. */
  #restartTimeout(work: Work): void {
    clearTimeout(work.timeout);
    work.timeout = setTimeout(() => this.#timedOut(), this.#timeoutMs);
    work.beganAt = performance.now();
  }

  #timedOut(): void {
    const message = `Task timed out after ${this.#parts.timeoutSeconds.toFixed(2)} seconds`;
    this.#log.note(`${new Date().toISOString()} ${this.#work?.event.requestId} ${message}\n`);
    this.#end('Sandbox.Timedout', message, 'timeout');
  }

  #watchMemory(): void {
    const began = performance.now();
    this.#lookAtMemory();
    if (this.#peakBytes > this.#parts.memoryMb * 1_048_576) this.#outOfMemory();
    if (!this.#work) return;
    const pauseMs = Math.max(memoryCheckMs, (performance.now() - began) * memoryCheckShare);
    this.#work.watch = setTimeout(() => this.#watchMemory(), pauseMs);
  }

  #lookAtMemory(): void {
    if (this.#pid === undefined) return;
    const bytes = this.#group?.memoryBytes() ?? residentBytes(familyOf(this.#pid));
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
  }

  #outOfMemory(): void {
    this.#exit ??= exitOf(null, 'SIGKILL');
    this.#end('Runtime.OutOfMemory', this.#exit);
  }

  /** @param how the process ended, where it is known only now */
  #ended(how?: string): void {
    this.#dead = true;
    this.#exit ??= how;
    const exit = this.#exit ?? exitOf(1, null);
    if (this.#startFailure !== undefined) {
      this.#finish(this.#startFailure, true);
      this.kill();
    } else if (wasKilled(exit) && this.#group?.outOfMemory()) this.#outOfMemory();
    else this.#end('Runtime.ExitError', exit);
  }

  /** Fails what it works on, and ends the process: nobody knows what state it is in. */
  #end(errorType: string, message: string, status?: string): void {
    const id = this.#work?.event.requestId;
    if (id !== undefined) {
      const payload = JSON.stringify({ errorType, errorMessage: `RequestId: ${id} Error: ${message}` });
      this.#finish(payload, true, `Status: ${status ?? `error\tError Type: ${errorType}`}`);
    }
    this.kill();
  }

  #finish(payload: string, isError: boolean, status?: string): void {
    const work = this.#work;
    if (!work) return;
    this.#work = undefined;
    clearTimeout(work.timeout);
    clearTimeout(work.watch);
    this.#lingering = setTimeout(() => this.kill(), this.#timeoutMs).unref();
    void this.#report(work, payload, isError, status);
  }

  #whenSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  async #report({ event, resolve, beganAt }: Work, payload: string, isError: boolean, status?: string): Promise<void> {
    const ms = performance.now() - beganAt;
    this.#lookAtMemory();
    // What was written before the answer is in the pipe by now; what comes after it still belongs to it.
    if (this.#dead || this.#give) await sleep(0);
    else await Promise.race([sleep(graceMs), this.#whenSettled()]);
    await sleep(0);
    const used = Math.ceil(this.#peakBytes / 1_048_576);
    const init =
      this.#hasReported || this.#startMs === undefined ? '' : `Init Duration: ${this.#startMs.toFixed(2)} ms\t`;
    this.#hasReported = true;
    this.#log.note(`END RequestId: ${event.requestId}`);
    this.#log.note(
      `REPORT RequestId: ${event.requestId}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: ${this.#parts.memoryMb} MB\tMax Memory Used: ${used} MB\t${init}${status === undefined ? '' : `${status}\t`}`,
    );
    resolve({ payload, isError, logTail: this.#log.tail });
  }
}

interface Work {
  readonly event: Omit<RuntimeEvent, 'deadline'>;
  readonly resolve: (finished: Finished) => void;
  watch: NodeJS.Timeout;
  timeout: NodeJS.Timeout;
  beganAt: number;
}
