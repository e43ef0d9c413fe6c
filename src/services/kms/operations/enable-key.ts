import type { EnableKeyCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { usableState } from '../imported-material.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { resumeRotation } from '../rotation.ts';

/**
 * Lets a disabled key be used again. A rotation that it missed meanwhile is made up for.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
export const enableKey = (
  kms: Kms,
): Operation<'EnableKey', Input<EnableKeyCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'EnableKey',
  access: (input, call) => ({ resource: kms.keys.resolve(input.KeyId, call) }),
  handle: (_input, key, { tx, now }) => {
    key.requireState('EnableKey');
    kms.keys.update(tx, { ...key.record, state: usableState(key.record) });
    resumeRotation(tx, kms, key.record, now);
    return {};
  },
});
