import type { EnableKeyCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Lets a disabled key be used again.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
export const enableKey = ({
  keys,
}: Kms): Operation<'EnableKey', Input<EnableKeyCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'EnableKey',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (_input, key, { tx }) => {
    key.requireState('EnableKey');
    keys.update(tx, { ...key.record, state: 'Enabled' });
    return {};
  },
});
