import type { Resource } from '../../kernel/operation.ts';
import { constraintConditions } from './conditions.ts';
import { accountPrincipal, matchPrincipal } from './grant-principals.ts';
import type { GrantRecord } from './grant-record.ts';
import type { KmsKey } from './kms-key.ts';

/** A grant as RetireGrant sees it: the key policy has no say, and no policy alone allows anything. */
export interface RetirableGrant extends Resource {
  readonly grant: GrantRecord;
}

/** @see KMS developer guide: "Retiring and revoking grants" */
export const retirable = (grant: GrantRecord, key: KmsKey): RetirableGrant => {
  const mayRetire = [
    grant.retiring,
    accountPrincipal(grant.issuer),
    grant.operations.includes('RetireGrant') ? grant.grantee : undefined,
  ];
  return {
    grant,
    arn: key.arn,
    account: key.account,
    type: key.type,
    policyRequired: true,
    tags: key.tags,
    conditions: (call) => ({ ...key.conditions(call), ...constraintConditions(grant.constraint) }),
    grants: (_action, _input, { caller }) => {
      const matches = mayRetire.map((principal) => matchPrincipal(principal, caller));
      return matches.find((match) => match === 'principal') ?? matches.find((match) => match === 'account');
    },
  };
};
