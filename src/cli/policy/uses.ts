import type { JournalRecord } from '../../journal/record.ts';

/** One action on one resource that the journal saw allowed. */
export interface Use {
  /** `kms:Encrypt` */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
}

/**
 * What a principal was allowed to do in a call; nothing where another one made it.
 *
 * @param principal ARN of a user, of a role (all of its sessions), of one session, or of the root user
 */
export const usesIn = (record: JournalRecord, principal: string): readonly Use[] => {
  const { arn, sessionContext } = record.userIdentity;
  if (arn !== principal && sessionContext?.sessionIssuer?.arn !== principal) return [];
  return (record.decisions ?? []).filter(({ by }) => by.effect === 'Allow');
};
