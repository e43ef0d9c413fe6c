import type { GetPublicKeyCommandInput, GetPublicKeyCommandOutput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestAlias } from '../conditions.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Returns the public key of an asymmetric key. Keys of this server are symmetric: they have none, and their material never leaves it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */
export const getPublicKey = ({
  keys,
}: Kms): Operation<'GetPublicKey', Input<GetPublicKeyCommandInput>, Output<GetPublicKeyCommandOutput>, KmsKey> => ({
  name: 'GetPublicKey',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: { 'kms:RequestAlias': requestAlias(input.KeyId) },
  }),
  handle: (_input, key) => {
    throw fault(
      'UnsupportedOperationException',
      `${key.arn} key spec is ${key.record.keySpec} which is not valid for GetPublicKey.`,
    );
  },
});
