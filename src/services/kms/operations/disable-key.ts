import type { DisableKeyCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { unusedKeyAccess } from '../key-uses.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Keeps a key from being used in cryptographic operations until it is enabled again.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
 */
export const disableKey = ({
  keys,
  uses,
}: Kms): Operation<'DisableKey', Input<DisableKeyCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'DisableKey',
  access: (input, call) => unusedKeyAccess(keys.resolve(input.KeyId, call), uses, call),
  handle: (_input, key, { tx }) => {
    key.requireState('DisableKey');
    keys.update(tx, { ...key.record, state: 'Disabled' });
    return {};
  },
});
