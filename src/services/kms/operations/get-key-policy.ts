import type { GetKeyPolicyCommandInput, GetKeyPolicyCommandOutput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { displayKeyPolicy, isKeyPolicyName, keyPolicyName } from '../key-policy.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Returns the key policy.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export const getKeyPolicy = ({
  keys,
  principals,
}: Kms): Operation<'GetKeyPolicy', Input<GetKeyPolicyCommandInput>, Output<GetKeyPolicyCommandOutput>, KmsKey> => ({
  name: 'GetKeyPolicy',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (input, key, { tx }) => {
    if (!isKeyPolicyName(input.PolicyName)) throw fault('NotFoundException', 'No such policy exists');
    return { Policy: displayKeyPolicy(key.record.policy, tx, principals), PolicyName: keyPolicyName };
  },
});
