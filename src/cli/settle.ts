import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long after the start, in milliseconds: the first clients come before. */
const settleAfterMs = 500;

/**
 * Gives back the memory that only the start needed, once: V8 keeps it as long as a quiet server allocates little, which is
 * forever. Stops the world for some 15 ms.
 */
export const settle = (): void => {
  setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options: { readonly type: 'major'; readonly flavor: string }) => void;
    // The first one lets go of objects outside of the heap, the second one of what held them.
    for (const flavor of ['regular', 'last-resort']) collect({ type: 'major', flavor });
  }, settleAfterMs).unref();
};
