import type { UpdateKeyDescriptionCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Replaces the description of a key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html
 */
export const updateKeyDescription = ({
  keys,
}: Kms): Operation<'UpdateKeyDescription', Input<UpdateKeyDescriptionCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'UpdateKeyDescription',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (input, key, { tx }) => {
    key.requireState('UpdateKeyDescription');
    keys.update(tx, { ...key.record, description: input.Description });
    return {};
  },
});
