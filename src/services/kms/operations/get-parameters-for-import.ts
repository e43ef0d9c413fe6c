import { createPublicKey } from 'node:crypto';
import type { GetParametersForImportCommandInput, GetParametersForImportCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireImportable } from '../imported-material.ts';
import { newKeyPair } from '../key-pair-material.ts';
import { keySpecs } from '../key-specs.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { requireWrapping } from '../wrapping-algorithms.ts';

/**
 * Makes a key pair to encrypt key material under on its way in. The private key is kept nowhere but in the import token,
 * sealed; both are for one key, and for 24 hours.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html
 */
export const getParametersForImport = ({
  keys,
  importTokens,
}: Kms): Operation<
  'GetParametersForImport',
  Input<GetParametersForImportCommandInput>,
  Output<GetParametersForImportCommandOutput>,
  KmsKey
> => ({
  name: 'GetParametersForImport',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: {
      'kms:WrappingAlgorithm': input.WrappingAlgorithm,
      'kms:WrappingKeySpec': input.WrappingKeySpec,
    },
  }),
  handle: (input, key, { now }) => {
    requireImportable(key);
    key.requireState('GetParametersForImport');
    const { material } = keySpecs[key.record.keySpec]!;
    const kind = requireWrapping(input.WrappingAlgorithm, input.WrappingKeySpec, material);
    const validTo = now.getTime() + validMs;
    return eventually(
      oncePerCall(input, () => newKeyPair(kind)),
      (wrappingKey) => ({
        KeyId: key.arn,
        ImportToken: importTokens.issue(key.arn, input.WrappingAlgorithm, wrappingKey, validTo),
        PublicKey: createPublicKey(wrappingKey).export({ format: 'der', type: 'spki' }),
        ParametersValidTo: new Date(validTo),
      }),
    );
  },
});

const validMs = 86_400_000;
