import { collection } from '../store/collection.ts';
import type { Transaction } from '../store/store.ts';

/** How far the test clock was moved; kept, so that a restart does not take what happened back into the future. */
interface ClockSetting {
  readonly offsetMs: number;
}

const settings = collection<ClockSetting>('events.clock', { key: ['scope', 'name'] });
const key = ['server', 'clock'];

/** Milliseconds that the clock was ahead of real time when it was last moved; 0 if it never was. */
export const restoreClock = (tx: Transaction): number => settings.find(tx, key)?.offsetMs ?? 0;

/** Keeps the clock's distance from real time, in milliseconds. */
export const saveClock = (tx: Transaction, offsetMs: number): void => settings.put(tx, key, { offsetMs });
