import type { RevokeGrantCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { grantIsForAwsResource } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Deletes a grant, whoever has it; key and identity policies decide who may.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html
 */
export const revokeGrant = ({
  keys,
  grants,
}: Kms): Operation<'RevokeGrant', Input<RevokeGrantCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'RevokeGrant',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call), conditions: grantIsForAwsResource(call) }),
  handle: (input, { record }, { tx }) => {
    const grant = grants.get(tx, record, input.GrantId);
    refuseDryRun(input);
    grants.delete(tx, grant);
    return {};
  },
});
