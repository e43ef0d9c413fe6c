import type { GetKeyRotationStatusCommandInput, GetKeyRotationStatusCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Tells whether the key material is rotated by itself. Keys of this server are not.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
export const getKeyRotationStatus = ({
  keys,
}: Kms): Operation<
  'GetKeyRotationStatus',
  Input<GetKeyRotationStatusCommandInput>,
  Output<GetKeyRotationStatusCommandOutput>,
  KmsKey
> => ({
  name: 'GetKeyRotationStatus',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (_input, key) => {
    key.requireState('GetKeyRotationStatus');
    return { KeyRotationEnabled: false, KeyId: key.record.id };
  },
});
