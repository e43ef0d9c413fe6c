import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long after its start a thread settles, in milliseconds: the first clients come before. */
export const settleAfterMs = 500;

/** Has this thread give back its memory, once, as {@link giveBackMemory} does. */
export const settle = (): void => {
  setTimeout(giveBackMemory, settleAfterMs).unref();
};

/**
 * Gives back the memory that only the start of this thread needed: V8 keeps it as long as a quiet server allocates little,
 * which is forever. Takes some 15 ms.
 */
export const giveBackMemory = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'major'; readonly flavor: string }) => void;
  // The first one lets go of objects outside of the heap, the second one of what held them.
  for (const flavor of ['regular', 'last-resort']) collect({ type: 'major', flavor });
};

/**
 * Lets the heap grow to seven times what lived after the last full collection before the next one begins (V8 itself: two to
 * four times; as there, never more than half-way to the heap's limit). Each request leaves half a kilobyte that young
 * collections do not free, because they take KeyObjects for roots: a busy server with a small heap would mark it twice a
 * second. docs/decisions/0003-hot-path.md
 */
export const collectRarely = (): void => setFlagsFromString('--heap-growing-percent=600');

/**
 * Has each thread do its young collections by itself, and free at once what lay outside of the heap. They take a millisecond;
 * helpers that are woken on other processors for them, twenty times a second, cost more than they save.
 * docs/decisions/0003-hot-path.md
 */
export const collectAlone = (): void => {
  for (const flag of ['--no-parallel-scavenge', '--no-concurrent-array-buffer-sweeping']) setFlagsFromString(flag);
};
