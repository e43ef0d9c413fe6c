import type { EncryptCommandInput, EncryptCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { encryptUnder, requireEncryptable } from '../rsa-encryption.ts';

/**
 * Encrypts up to 4,096 bytes under a KMS key.
 *
 * The encryption context is not stored: it is bound to the ciphertext as additional authenticated data, and Decrypt must be
 * given the same one. Under an asymmetric key there is none, and less than 4,096 bytes fit.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */
export const encrypt = ({
  keys,
}: Kms): Operation<'Encrypt', Input<EncryptCommandInput>, Output<EncryptCommandOutput>, KmsKey> => ({
  name: 'Encrypt',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => encryptionConditions(input),
  }),
  handle: (input, key) => {
    const algorithm = input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT';
    key.requireUsable('Encrypt', algorithm);
    requireEncryptable(key, algorithm, input.Plaintext, input.EncryptionContext);
    refuseDryRun(input);
    return eventually(encryptUnder(key, algorithm, input.Plaintext, input.EncryptionContext), (CiphertextBlob) => ({
      CiphertextBlob,
      KeyId: key.arn,
      EncryptionAlgorithm: algorithm,
    }));
  },
});
