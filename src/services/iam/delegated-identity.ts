import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { SessionClaims } from '../../kernel/session-token.ts';

/** Who lends permissions to a product provider, as a session of it needs to know. */
export interface DelegatedIdentity {
  readonly arn: string;
  readonly claims: Pick<
    SessionClaims,
    'kind' | 'account' | 'entityName' | 'uniqueId' | 'sessionName' | 'tags' | 'sourceIdentity' | 'unverified'
  >;
}

/** How long root may delegate, in seconds. @see IAM User Guide: "IAM temporary delegation" */
const maxRootSeconds = 14_400;

/**
 * The caller as one who lends permissions.
 *
 * @throws {Fault} `AccessDenied` for those whose permissions are not a user's, a role's or root's own, and for root where
 * the session would be longer than four hours
 */
export const delegatedIdentity = (caller: Caller, sessionSeconds: number): DelegatedIdentity => {
  const { kind, account, arn, userId, userName, uniqueId, tags, session, unverified } = caller;
  if ((kind !== 'user' && kind !== 'root' && kind !== 'assumed-role') || session?.policies) {
    throw fault('AccessDenied', 'Delegation requests cannot be accepted with credentials of limited permissions.');
  }
  if (kind === 'root' && sessionSeconds > maxRootSeconds) {
    throw fault('AccessDenied', 'The root user cannot accept delegation requests of more than 4 hours.');
  }
  const common = {
    kind,
    account,
    ...(session?.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    ...(unverified && { unverified }),
  } as const;
  if (kind === 'root') return { arn, claims: common };
  if (kind === 'user') return { arn, claims: { ...common, entityName: userName!, uniqueId: uniqueId! } };
  const sessionName = userId.slice(userId.indexOf(':') + 1);
  const role = { entityName: session!.issuer!.userName!, uniqueId: uniqueId!, sessionName };
  return { arn, claims: { ...common, ...role, ...(tags && { tags }) } };
};
