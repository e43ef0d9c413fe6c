import type { RetireGrantCommandInput } from '@aws-sdk/client-kms';
import type { Call } from '../../../kernel/call.ts';
import { fault } from '../../../kernel/fault.ts';
import type { AbsentResource, Input, Operation } from '../../../kernel/operation.ts';
import { refuseDryRun } from '../dry-run.ts';
import { type RetirableGrant, retirable } from '../grant-retirement.ts';
import type { Kms } from '../kms.ts';

/**
 * Deletes a grant that is no longer needed. The grant itself says who may: its retiring principal, its grantee where it is
 * for this operation, and the account that created it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
export const retireGrant = (
  kms: Kms,
): Operation<'RetireGrant', Input<RetireGrantCommandInput>, Record<string, never>, RetirableGrant> => ({
  name: 'RetireGrant',
  access: (input, call) => ({ resource: namedGrant(kms, input, call) }),
  handle: (input, { grant }, { tx }) => {
    refuseDryRun(input);
    kms.grants.delete(tx, grant);
    return {};
  },
});

/** @throws {Fault} ValidationException, InvalidGrantTokenException, InvalidGrantIdException, NotFoundException */
const namedGrant = (
  { keys, grants, grantTokens }: Kms,
  { GrantToken, KeyId, GrantId }: RetireGrantCommandInput,
  call: Call,
): RetirableGrant | AbsentResource => {
  if (GrantToken !== undefined && KeyId === undefined && GrantId === undefined) {
    const grant = grantTokens.open(call.tx, GrantToken);
    return retirable(grant, keys.get(call.tx, { ...grant, id: grant.keyId }));
  }
  if (GrantToken !== undefined || KeyId === undefined || GrantId === undefined) {
    throw fault('ValidationException', 'Specify a grant token, or a key ARN and a grant ID.');
  }
  const key = keys.resolve(KeyId, call);
  return 'absent' in key ? key : retirable(grants.get(call.tx, key.record, GrantId), key);
};
