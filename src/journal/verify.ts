import type { KeyObject } from 'node:crypto';
import { unlessAltered } from '../store/keyring.ts';
import { type LogBlock, LogChain, type LogHead, type OpenBlock } from '../store/log-chain.ts';
import { headOf, openStored } from '../store/stored.ts';

/** What verification found. */
export interface JournalVerdict {
  /** Records that were read and fit the chain. */
  readonly records: number;
  /** Where the chain ends; keep it elsewhere to notice a journal that was put back whole. Absent where the head does not open. */
  readonly head?: { readonly sequence: number; readonly hash: string };
  /** The first thing that is wrong; absent: nothing is. */
  readonly fault?: JournalFault;
}

/** One thing that is wrong with a journal. */
export interface JournalFault {
  /** The first record concerned; 0: the head. */
  readonly sequence: number;
  /** A sentence for the operator. */
  readonly what: string;
}

/** How verification is run. */
export interface VerifyOptions {
  /** Absent: from `root.key` in the directory. */
  readonly rootKey?: KeyObject;
  /** Called after every block. @param total by the head, which may be wrong */
  readonly onProgress?: (records: number, total: number) => void;
}

/**
 * Verifies the whole journal of a store against its chain and head (docs/formats/journal.md). Works offline and beside
 * running servers.
 *
 * @param place a data directory, or the URL of a database
 * @throws {CannotOpenStore} no store there, or another root key
 * @throws {IntegrityError} the keyring was altered, so nothing can be opened
 */
export const verifyJournal = async (
  place: string,
  { rootKey, onProgress }: VerifyOptions = {},
): Promise<JournalVerdict> => {
  const stored = await openStored(place, rootKey);
  const { snapshot, barrier } = stored;
  try {
    const head = unlessAltered(() => headOf(stored));
    if (!head) return { records: 0, fault: { sequence: 0, what: 'the head of the journal was altered or removed' } };
    const chain = new LogChain(barrier.logKey);
    const walked = await walk(chain, snapshot.log(), head, onProgress);
    return { head: { sequence: head.sequence, hash: head.hash }, ...walked };
  } finally {
    await snapshot.close();
  }
};

const walk = async (
  chain: LogChain,
  pages: AsyncIterable<readonly LogBlock[]>,
  head: LogHead,
  onProgress: VerifyOptions['onProgress'],
): Promise<Pick<JournalVerdict, 'records' | 'fault'>> => {
  let records = 0;
  let hash = head.genesis;
  const broken = (sequence: number, what: string) => ({ records, fault: { sequence, what } });

  for await (const page of pages) {
    for (const block of page) {
      if (block.first > records + 1) return broken(records + 1, `${range(records + 1, block.first - 1)} missing`);
      if (block.first <= records)
        return broken(block.first, `${range(block.first, block.first + block.count - 1)} there twice`);
      const opened = openBlock(chain, block);
      if (!opened) return broken(block.first, `${range(block.first, block.first + block.count - 1)} altered or moved`);
      if (opened.previous !== hash)
        return broken(
          block.first,
          `record ${block.first} does not follow the one before it: one of them was exchanged`,
        );
      hash = opened.hash();
      records += block.count;
      onProgress?.(records, head.sequence);
    }
  }
  if (records < head.sequence) return broken(records + 1, `${range(records + 1, head.sequence)} missing at the end`);
  if (records > head.sequence)
    return broken(head.sequence + 1, `${range(head.sequence + 1, records)} beyond the head: the head was put back`);
  if (hash !== head.hash) return broken(records, `record ${records} is not the one that the head names`);
  return { records };
};

const range = (first: number, last: number): string =>
  first === last ? `record ${first} is` : `records ${first} to ${last} are`;

/** @returns undefined where it does not open, or holds another number of records than it says */
const openBlock = (chain: LogChain, block: LogBlock): OpenBlock | undefined => {
  const opened = unlessAltered(() => chain.openBlock(block));
  return opened?.texts.length === block.count ? opened : undefined;
};
