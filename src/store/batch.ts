import type { ForeignChanges, Notices } from './changes.ts';
import type { Batch, Member } from './engine.ts';
import type { PendingCommit } from './pending-commit.ts';
import { changesKeys } from './rotation.ts';

/**
 * Commits as an engine is given them.
 *
 * @param notices tells other processes what changes; undefined where there are none
 */
export const batchOf = (
  commits: readonly PendingCommit[],
  keyring: Batch['keyring'],
  notices: Notices | undefined,
): Batch => ({
  keyring,
  members: commits.map(({ writes, texts, after }): Member => {
    const member = {
      writes: writes.map(({ write }) => write),
      texts,
      after: after.length === 0 ? none : after.map((earlier) => commits.indexOf(earlier)).filter((at) => at >= 0),
    };
    if (!notices || writes.length === 0) return member;
    return { ...member, notice: notices.seal(writes.map((write) => write.records.changeOf(write))) };
  }),
});

/** Whether a commit has read what is no more, or sealed its writes with keys that were superseded. */
export const isOutdated = ({ reader, writes }: PendingCommit, foreign: ForeignChanges): boolean =>
  reader.hasRead(foreign) || (writes.length > 0 && changesKeys(foreign));

const none: readonly number[] = [];
