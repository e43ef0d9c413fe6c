import type { GenerateDataKeyCommandInput, GenerateDataKeyCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { encryptionConditions } from '../conditions.ts';
import { dataKeyBytes, generateDataKeyUnder } from '../data-key.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { answerSecret, withRecipient } from '../recipient.ts';

/**
 * Makes a data key for use outside of KMS, in the clear and encrypted under a KMS key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 */
export const generateDataKey = ({
  keys,
  recipients,
}: Kms): Operation<
  'GenerateDataKey',
  Input<GenerateDataKeyCommandInput>,
  Output<GenerateDataKeyCommandOutput>,
  KmsKey
> => ({
  name: 'GenerateDataKey',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: () => withRecipient(encryptionConditions(input), recipients.find(input, call.now)),
  }),
  handle: (input, key, call) => {
    const recipient = recipients.find(input, call.now);
    const bytes = dataKeyBytes(input);
    key.requireUsable('GenerateDataKey', 'SYMMETRIC_DEFAULT');
    refuseDryRun(input);
    return eventually(generateDataKeyUnder(key, bytes, input.EncryptionContext), ({ plaintext, ciphertext }) => ({
      CiphertextBlob: ciphertext,
      ...answerSecret('Plaintext', plaintext, recipient),
      KeyId: key.arn,
      KeyMaterialId: key.currentKeyMaterialId,
    }));
  },
});
