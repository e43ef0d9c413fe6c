import type {
  GenerateDataKeyWithoutPlaintextCommandInput,
  GenerateDataKeyWithoutPlaintextCommandOutput,
} from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { encryptionConditions } from '../conditions.ts';
import { dataKeyBytes, generateDataKeyUnder } from '../data-key.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Makes a data key and returns it encrypted only: for whoever prepares keys that others will use.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
 */
export const generateDataKeyWithoutPlaintext = ({
  keys,
}: Kms): Operation<
  'GenerateDataKeyWithoutPlaintext',
  Input<GenerateDataKeyWithoutPlaintextCommandInput>,
  Output<GenerateDataKeyWithoutPlaintextCommandOutput>,
  KmsKey
> => ({
  name: 'GenerateDataKeyWithoutPlaintext',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: encryptionConditions(input),
  }),
  handle: (input, key) => {
    const bytes = dataKeyBytes(input);
    key.requireUsable('GenerateDataKeyWithoutPlaintext', 'SYMMETRIC_DEFAULT');
    refuseDryRun(input);
    return eventually(generateDataKeyUnder(key, bytes, input.EncryptionContext), ({ plaintext, ciphertext }) => {
      plaintext.fill(0);
      return { CiphertextBlob: ciphertext, KeyId: key.arn, KeyMaterialId: key.currentKeyMaterialId };
    });
  },
});
