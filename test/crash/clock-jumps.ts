import { setTimeout as sleep } from 'node:timers/promises';
import { dayMs, oneOf, type Site } from './site.ts';

const jumps = 6;
const latestMs = 300;

/** The wall clock of a host jumps, forward or back, by up to ten days, time and again; those of the others stay. */
export const jumpAbout = async ({ clocks }: Site): Promise<void> => {
  for (let n = 0; n < jumps; n++) {
    oneOf(clocks).jump((Math.random() - 0.5) * 20 * dayMs);
    await sleep(Math.random() * latestMs);
  }
};
