import { collection } from '../store/collection.ts';
import type { Transaction } from '../store/store.ts';

/** Something that happens by itself at a set time, kept in the store so that no restart loses it. */
export interface Timer {
  /** Which job runs, e.g. `kms.delete-key`. */
  readonly kind: string;
  /** Names the one thing it is about; one timer for each kind and id at a moment. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** What the job needs to find its subject. */
  readonly payload: Readonly<Record<string, string>>;
}

/** One partition, keyed so that code-point order is time order. */
const timers = collection<Timer>('events.timers', { key: ['queue', 'due'], large: true });

const queue = 'all';

type TimerName = Pick<Timer, 'kind' | 'id' | 'dueAt'>;

const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Years are written with four digits: one with more has a sign before it, and would stand before all others. */
const positionOf = ({ kind, id, dueAt }: TimerName): string =>
  `${new Date(Math.max(0, Math.min(dueAt, latest))).toISOString()} ${kind} ${id}`;

/** Sets a timer in the transaction that makes it necessary; it exists exactly if the transaction commits. */
export const schedule = (tx: Transaction, timer: Timer): void => timers.put(tx, [queue, positionOf(timer)], timer);

/** Takes a timer back; nothing happens when it has fired or never was. */
export const cancel = (tx: Transaction, timer: TimerName): void => timers.delete(tx, [queue, positionOf(timer)]);

/** Whether the timer is still there to fire. */
export const isSet = (tx: Transaction, timer: TimerName): boolean =>
  timers.find(tx, [queue, positionOf(timer)]) !== undefined;

/**
 * The timer that fires next, if any.
 *
 * @param after passes over every timer up to this position
 */
export const nextTimer = (
  tx: Transaction,
  after?: string,
): { readonly timer: Timer; readonly position: string } | undefined => {
  const [timer] = timers.list(tx, [queue], { limit: 1, ...(after !== undefined && { after }) }).items;
  return timer && { timer, position: positionOf(timer) };
};
