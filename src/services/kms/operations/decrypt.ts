import type { DecryptCommandInput, DecryptCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { decryptSource, type Source, sourceKey } from '../ciphertext-source.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { refuseRecipient } from '../recipient.ts';

/**
 * Decrypts what Encrypt, ReEncrypt or a GenerateDataKey operation made.
 *
 * The ciphertext names its key; a request that names one too is refused unless they are the same.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export const decrypt = ({
  keys,
}: Kms): Operation<'Decrypt', Input<DecryptCommandInput>, Output<DecryptCommandOutput>, KmsKey> => ({
  name: 'Decrypt',
  access: (input, call) => ({
    ...sourceKey(keys, sourceOf(input), call, 'kms:Decrypt'),
    conditions: encryptionConditions(input),
  }),
  handle: (input, key) => {
    refuseRecipient(input);
    const source = sourceOf(input);
    const decrypted = decryptSource(key, source, 'Decrypt');
    refuseDryRun(input);
    // INVARIANT: only dry runs leave the ciphertext out.
    const { plaintext, keyMaterialId } = decrypted!;
    return {
      KeyId: key.arn,
      Plaintext: plaintext,
      EncryptionAlgorithm: source.EncryptionAlgorithm,
      KeyMaterialId: keyMaterialId,
    };
  },
});

const sourceOf = (input: Input<DecryptCommandInput>) =>
  ({ ...input, EncryptionAlgorithm: input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT' }) satisfies Source;
