import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AsymmetricJob, ResultOf } from './asymmetric.ts';

/** Too many jobs wait for a thread. */
export class ThreadsBusy extends Error {}

/** What a thread answers to a job. */
export type ThreadAnswer = { readonly result: unknown } | { readonly error: unknown };

/** A job that is not done yet. */
interface Waiting {
  readonly job: AsymmetricJob;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Jobs that may wait for each set of threads: at a millisecond each they are done before a client gives up. */
const maxWaiting = 2000;

/** One processor is the event loop's. */
const defaultSize = Math.max(1, Math.min(4, availableParallelism() - 1));

/**
 * Threads that do slow work with asymmetric keys, one job each at a time, the oldest job first. They start when they are
 * first needed, run below the priority of the event loop, and do not keep the process alive.
 *
 * Keys reach them as KeyObjects, which threads share: no key is copied.
 */
export class CryptoThreads {
  readonly #name: string;
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  readonly #queue: Waiting[] = [];

  constructor(name: string, size: number = defaultSize) {
    this.#name = name;
    this.#size = size;
  }

  /** Rejects with {@link ThreadsBusy}, or with what the job throws. */
  run<Job extends AsymmetricJob>(job: Job): Promise<ResultOf<Job>> {
    if (this.#queue.length >= maxWaiting) return Promise.reject(new ThreadsBusy(`${maxWaiting} jobs wait`));
    return new Promise<ResultOf<Job>>((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const thread = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
      if (!thread) return;
      const waiting = this.#queue.shift()!;
      this.#busy.set(thread, waiting);
      // A server that is asked to stop answers what it began.
      thread.ref();
      thread.postMessage(compact(waiting.job));
    }
  }

  #start(): Worker {
    const thread = new Worker(new URL('./crypto-thread.ts', import.meta.url), { name: `crypto ${this.#name}` });
    thread.on('message', (answer: ThreadAnswer) => {
      const { resolve, reject } = this.#busy.get(thread)!;
      this.#busy.delete(thread);
      this.#idle.push(thread);
      thread.unref();
      if ('error' in answer) reject(answer.error);
      else resolve(answer.result as never);
      this.#next();
    });
    // It could not start, or ran out of memory; its job fails, and the next job starts another thread.
    thread.on('error', (error) => this.#lost(thread, error));
    return thread;
  }

  #lost(thread: Worker, error: unknown): void {
    this.#busy.get(thread)?.reject(error);
    this.#busy.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#next();
  }
}

/** A job whose bytes are in memory of their own: a view would be copied with all that is behind it. */
const compact = (job: AsymmetricJob): AsymmetricJob =>
  Object.fromEntries(
    Object.entries(job).map(([name, value]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  ) as AsymmetricJob;
