import type { DisableKeyRotationCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { refuseReplica } from '../multi-region.ts';
import { disableRotation, requireRotatable } from '../rotation.ts';

/**
 * Ends automatic rotation of the key material.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
 */
export const disableKeyRotation = (
  kms: Kms,
): Operation<'DisableKeyRotation', Input<DisableKeyRotationCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'DisableKeyRotation',
  access: (input, call) => ({ resource: kms.keys.resolve(input.KeyId, call) }),
  handle: (_input, key, { tx, now }) => {
    requireRotatable('DisableKeyRotation', key);
    key.requireState('DisableKeyRotation');
    refuseReplica(key);
    disableRotation(tx, kms, key, now);
    return {};
  },
});
