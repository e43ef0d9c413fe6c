import type { KeyObject } from 'node:crypto';
import { chainHash, LogChain, type LogHead } from '../store/log-chain.ts';
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

/** hash(n) of the chain. */
const hashAt = async ({ snapshot, barrier }: Stored, { genesis }: LogHead, wanted: number): Promise<string> => {
  const chain = new LogChain(barrier.logKey);
  let hash = genesis;
  let sequence = 0;
  for await (const page of snapshot.log()) {
    for (const block of page) {
      for (const text of chain.openBlock(block).texts) {
        if (sequence === wanted) return hash;
        hash = chainHash(hash, ++sequence, text);
      }
    }
  }
  return hash;
};
