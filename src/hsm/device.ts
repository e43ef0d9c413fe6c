import { Worker } from 'node:worker_threads';
import { HsmError } from './hsm-error.ts';
import type { DeviceAnswer, DeviceJob, DeviceTask, ResultOf } from './tasks.ts';

/** Jobs that may wait for the device: at some milliseconds each they are done before a client gives up. */
const maxWaiting = 2000;
/** Milliseconds until a device counts as lost. */
const deadlineMs = 10_000;

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A PKCS#11 library with its tokens. Its calls block, so they run on a thread of its own, one after the other, oldest
 * first; the thread starts when it is first needed, and anew after the library crashed or hung.
 */
export class HsmDevice {
  readonly #module: string;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #last = 0;

  /** @param module path of the PKCS#11 library */
  constructor(module: string) {
    this.#module = module;
  }

  /**
   * Has one task done.
   *
   * @throws {HsmError} with what is wrong
   */
  run<Task extends DeviceTask>(task: Task): Promise<ResultOf<Task>> {
    if (this.#waiting.size >= maxWaiting) return Promise.reject(new HsmError('busy', `${maxWaiting} tasks wait`));
    return new Promise<ResultOf<Task>>((resolve, reject) => {
      const id = ++this.#last;
      const timer = setTimeout(() => this.#lost(new HsmError('lost', 'the device does not answer')), deadlineMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer });
      const thread = this.#running();
      // A server that is asked to stop answers what it began.
      thread.ref();
      thread.postMessage({ id, task: compact(task) } satisfies DeviceJob);
    });
  }

  /** Ends the thread. What waits fails. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#lost(new HsmError('lost', 'the server stops'));
    await thread?.terminate();
  }

  #running(): Worker {
    if (this.#thread) return this.#thread;
    const thread = new Worker(new URL('./device-thread.ts', import.meta.url), {
      name: 'PKCS#11 device',
      workerData: this.#module,
    });
    thread.on('message', (answer: DeviceAnswer) => this.#answered(thread, answer));
    thread.on('error', (cause) => {
      if (thread === this.#thread) this.#lost(new HsmError('lost', 'the PKCS#11 library failed', { cause }));
    });
    this.#thread = thread;
    return thread;
  }

  #answered(thread: Worker, answer: DeviceAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    if (this.#waiting.size === 0) thread.unref();
    if ('problem' in answer) waiting.reject(new HsmError(answer.problem, answer.message));
    else waiting.resolve(answer.result as never);
  }

  #lost(error: HsmError): void {
    const thread = this.#thread;
    this.#thread = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#waiting.clear();
    void thread?.terminate();
  }
}

/** A task whose bytes are in memory of their own: a view would be copied with all that is behind it. */
const compact = (task: DeviceTask): DeviceTask =>
  Object.fromEntries(
    Object.entries(task).map(([name, value]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]),
  ) as unknown as DeviceTask;
