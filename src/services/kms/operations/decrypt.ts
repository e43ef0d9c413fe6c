import type { DecryptCommandInput, DecryptCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { decryptSource, type Source, sourceKey } from '../ciphertext-source.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { answerSecret, withRecipient } from '../recipient.ts';

/**
 * Decrypts what Encrypt, ReEncrypt or a GenerateDataKey operation made.
 *
 * A symmetric ciphertext names its key; a request that names one too is refused unless they are the same. That of an
 * asymmetric key names none.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export const decrypt = ({
  keys,
  recipients,
}: Kms): Operation<'Decrypt', Input<DecryptCommandInput>, Output<DecryptCommandOutput>, KmsKey> => ({
  name: 'Decrypt',
  access: (input, call) => ({
    ...sourceKey(keys, sourceOf(input), call, 'kms:Decrypt'),
    conditions: () => withRecipient(encryptionConditions(input), recipients.find(input, call.now)),
  }),
  handle: (input, key, call) => {
    const recipient = recipients.find(input, call.now);
    const source = sourceOf(input);
    return eventually(decryptSource(key, source, 'Decrypt'), (decrypted) => {
      refuseDryRun(input);
      // INVARIANT: only dry runs leave the ciphertext out.
      const { plaintext, keyMaterialId } = decrypted!;
      return {
        KeyId: key.arn,
        ...answerSecret('Plaintext', plaintext, recipient),
        EncryptionAlgorithm: source.EncryptionAlgorithm,
        KeyMaterialId: keyMaterialId,
      };
    });
  },
});

const sourceOf = (input: Input<DecryptCommandInput>) =>
  ({ ...input, EncryptionAlgorithm: input.EncryptionAlgorithm ?? 'SYMMETRIC_DEFAULT' }) satisfies Source;
