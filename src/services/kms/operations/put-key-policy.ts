import type { PutKeyPolicyCommandInput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { acceptKeyPolicy, compileKeyPolicy, isKeyPolicyName, requireNoLockout } from '../key-policy.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Replaces the key policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
export const putKeyPolicy = ({
  keys,
  principals,
}: Kms): Operation<'PutKeyPolicy', Input<PutKeyPolicyCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'PutKeyPolicy',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: { 'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck ?? false) },
  }),
  handle: (input, key, call) => {
    if (!isKeyPolicyName(input.PolicyName)) throw fault('ValidationException', 'No such policy exists');
    const policy = acceptKeyPolicy(input.Policy, call.tx, principals);
    if (!input.BypassPolicyLockoutSafetyCheck) requireNoLockout(compileKeyPolicy(policy), key, call);
    keys.update(call.tx, { ...key.record, policy });
    return {};
  },
});
