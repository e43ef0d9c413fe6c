import type { KeyObject } from 'node:crypto';
import { chainHash } from '../store/log-chain.ts';
import { openStoredLog } from '../store/stored-log.ts';

/**
 * Compares a journal with a head that was kept elsewhere: a journal that was put back whole to an older state ends before
 * it, and one that went another way since then has another hash there. The journal is to be verified besides.
 *
 * @returns a sentence for the operator; undefined: the journal continues from that head
 */
export const findRolledBack = (
  directory: string,
  kept: { readonly sequence: number; readonly hash: string },
  rootKey?: KeyObject,
): string | undefined => {
  const log = openStoredLog(directory, rootKey);
  try {
    const head = log.chain.openHead(log.sealedHead ?? Buffer.alloc(0));
    if (head.sequence < kept.sequence) {
      return `the journal was put back: it ends at record ${head.sequence}, and the head kept elsewhere is record ${kept.sequence}`;
    }
    let hash = head.genesis;
    let sequence = 0;
    for (const block of log.blocks()) {
      const { texts } = log.chain.openBlock(block);
      for (const text of texts) {
        if (sequence === kept.sequence) break;
        hash = chainHash(hash, ++sequence, text);
      }
      if (sequence === kept.sequence) break;
    }
    return hash === kept.hash
      ? undefined
      : `the journal is another one: its record ${kept.sequence} is not that of the head kept elsewhere`;
  } finally {
    log.close();
  }
};
