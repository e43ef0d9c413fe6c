import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, Transaction } from '../store/store.ts';
import { type Lease, LeaseLost } from './lease.ts';
import { cancel, isSet, nextTimer, type Timer } from './timers.ts';

/** The time that jobs happen in. */
export interface MovableClock {
  now(): Date;
  advanceTo(instant: Date): void;
}

/**
 * What a service does when one of its timers fires: runs in the transaction that removes the timer, so it happens exactly
 * once, and appends its own journal record there.
 */
export type Job = (tx: Transaction, timer: Timer, now: Date) => void;

/** What the scheduler stands on. */
export interface SchedulerParts {
  readonly store: Store;
  readonly clock: MovableClock;
  /** Job of each timer kind. */
  readonly jobs: Readonly<Record<string, Job>>;
  /** Where several processes share the store: only the one that holds it fires. */
  readonly lease?: Lease;
  /** @param timer absent where the timers could not even be read */
  readonly report: (error: unknown, timer?: Timer) => void;
  /** Awaited after each timer on the way where time is moved: what timers set going outside of transactions. */
  readonly settled?: () => Promise<void>;
  /** Told of every timer that fired, or failed to; must not throw. */
  readonly fired?: (timer: Timer, failed: boolean) => void;
  /** Told how long the timer has been due that is to fire, and then the one that failed to; 0: none is. Must not throw. */
  readonly late?: (lateMs: number) => void;
}

/** How often due timers are looked for, in milliseconds: nothing AWS does by itself is prompter. */
const pollMs = 1000;
/** How often a process that was told to move time asks for the lease, in milliseconds. */
const leaseRetryMs = 200;
/** How long it asks, in milliseconds: longer than a process that is gone keeps the lease. */
const leasePatienceMs = 8000;

/** Another process fires the timers, and lives: time is moved there. */
export class TimersElsewhere extends Error {}

/** Fires durable timers when they are due, in order of their time. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  #poll: NodeJS.Timeout | undefined;
  /** The run under way; runs never overlap. */
  #running: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** Begins to watch; timers that came due while the server was down fire now. */
  start(): void {
    this.#poll = setInterval(() => void this.runDue().catch((error: unknown) => this.#parts.report(error)), pollMs);
    this.#poll.unref();
  }

  /** Ends watching, waits for the job under way, and leaves the timers to other processes. */
  async stop(): Promise<void> {
    clearInterval(this.#poll);
    try {
      await this.#running;
      await this.#parts.lease?.release();
    } catch (error) {
      this.#parts.report(error);
    }
  }

  /** Fires everything that is due by now. */
  runDue(): Promise<void> {
    return this.#exclusively(() => this.#fireUntil(() => this.#parts.clock.now()));
  }

  /** Lets time pass up to `instant`: each timer on the way fires at its own time. @throws {TimersElsewhere} nothing has happened */
  advanceTo(instant: Date): Promise<void> {
    // From now on, not from its turn: whoever asked may be gone by then.
    const until = performance.now() + leasePatienceMs;
    return this.#exclusively(async () => {
      while (this.#parts.lease && !(await this.#parts.lease.keep())) {
        if (performance.now() >= until) throw new TimersElsewhere('another process fires the timers');
        await sleep(leaseRetryMs);
      }
      await this.#fireUntil(() => instant, this.#parts.settled);
      this.#parts.clock.advanceTo(instant);
    });
  }

  #exclusively(work: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(work, work);
    return this.#running;
  }

  /** @param end asked before each timer: a wall clock that was put back meanwhile makes the rest wait again */
  async #fireUntil(end: () => Date, settled?: () => Promise<void>): Promise<void> {
    // A job that failed is passed over, so that it holds up no other; the next run tries it again.
    let failed: { readonly position: string; readonly lateMs: number } | undefined;
    for (;;) {
      if (this.#parts.lease && !(await this.#parts.lease.keep())) return this.#parts.late?.(0);
      const next = await this.#parts.store.transact((tx) => nextTimer(tx, failed?.position));
      if (!next || next.timer.dueAt > end().getTime()) return this.#parts.late?.(failed?.lateMs ?? 0);
      const lateMs = Math.max(0, this.#parts.clock.now().getTime() - next.timer.dueAt);
      // In order of their time: the first that failed has been due for longest.
      const longestMs = failed?.lateMs ?? lateMs;
      this.#parts.late?.(longestMs);
      this.#parts.clock.advanceTo(new Date(next.timer.dueAt));
      const fired = await this.#fire(next.timer);
      if (!fired) failed = { position: next.position, lateMs: longestMs };
      this.#parts.fired?.(next.timer, !fired);
      await settled?.();
    }
  }

  async #fire(timer: Timer): Promise<boolean> {
    try {
      await this.#parts.store.transact((tx) => {
        this.#parts.lease?.require(tx);
        if (!isSet(tx, timer)) return;
        cancel(tx, timer);
        const job = this.#parts.jobs[timer.kind];
        if (!job) throw new Error(`no job for timer kind ${timer.kind}`);
        job(tx, timer, this.#parts.clock.now());
      });
      return true;
    } catch (error) {
      // The next round finds the lease gone and ends.
      if (!(error instanceof LeaseLost)) this.#parts.report(error, timer);
      return false;
    }
  }
}
