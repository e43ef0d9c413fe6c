import { NotLoaded } from './store.ts';

/**
 * Reads something for each of many things, as `things.map(read)` would. What is not loaded yet is asked for all at once, not
 * one thing in each run of the call: a call runs again only so often.
 *
 * @throws {NotLoaded} something has to be loaded first
 */
export const readTogether = <T, U>(things: readonly T[], read: (thing: T) => U): U[] => {
  const results: U[] = [];
  let missing: NotLoaded | undefined;
  for (const thing of things) {
    try {
      results.push(read(thing));
    } catch (error) {
      if (!(error instanceof NotLoaded)) throw error;
      missing = error;
    }
  }
  if (missing) throw missing;
  return results;
};
