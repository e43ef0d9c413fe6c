import type { DisableKeyRotationCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
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
  handle: (_input, key, { tx }) => {
    requireRotatable('DisableKeyRotation', key);
    key.requireState('DisableKeyRotation');
    disableRotation(tx, kms, key);
    return {};
  },
});
