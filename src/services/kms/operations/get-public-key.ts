import type { GetPublicKeyCommandInput, GetPublicKeyCommandOutput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestAlias } from '../conditions.ts';
import { describeSpec } from '../key-algorithms.ts';
import { keySpecs } from '../key-specs.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Returns the public key of an asymmetric key as SubjectPublicKeyInfo (RFC 5280 §4.1), DER. All other keys have none.
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
    const { keySpec, keyUsage } = key.record;
    if (keySpecs[keySpec]!.material.kind !== 'pair') {
      throw fault(
        'UnsupportedOperationException',
        `${key.arn} key spec is ${keySpec} which is not valid for GetPublicKey.`,
      );
    }
    key.requireState('GetPublicKey');
    return {
      KeyId: key.arn,
      PublicKey: key.publicKey!.export({ format: 'der', type: 'spki' }),
      ...describeSpec(keySpec, keyUsage),
    };
  },
});
