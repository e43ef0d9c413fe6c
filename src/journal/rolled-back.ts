import type { KeyObject } from 'node:crypto';
import { LogChain, type LogHead } from '../store/log-chain.ts';
import { headOf, openStored, type Stored } from '../store/stored.ts';

/**
 * Compares a journal with a head that was kept elsewhere: a journal that was put back whole to an older state ends before
 * it, and one that went another way since then has another hash there. The journal is to be verified besides.
 *
 * @param place a data directory, or the URL of a database
 * @returns a sentence for the operator; undefined: the journal continues from that head
 */
export const findRolledBack = async (
  place: string,
  kept: { readonly sequence: number; readonly hash: string },
  rootKey?: KeyObject,
): Promise<string | undefined> => {
  const stored = await openStored(place, rootKey);
  try {
    const head = headOf(stored);
    if (head.sequence < kept.sequence) {
      return `the journal was put back: it ends at record ${head.sequence}, and the head kept elsewhere is record ${kept.sequence}`;
    }
    return (await hashAt(stored, head, kept.sequence)) === kept.hash
      ? undefined
      : `the journal is another one: its record ${kept.sequence} is not that of the head kept elsewhere`;
  } finally {
    await stored.snapshot.close();
  }
};

/** The chain's hash after a record; undefined where no block ends with it: then it was never the head. */
const hashAt = async (
  { snapshot, barrier }: Stored,
  { genesis }: LogHead,
  wanted: number,
): Promise<string | undefined> => {
  if (wanted === 0) return genesis;
  const chain = new LogChain(barrier.logKey);
  for await (const page of snapshot.log()) {
    for (const block of page) {
      const last = block.first + block.count - 1;
      if (last >= wanted) return last === wanted ? chain.openBlock(block).hash() : undefined;
    }
  }
  return undefined;
};
