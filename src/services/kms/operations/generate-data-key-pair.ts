import type { GenerateDataKeyPairCommandInput, GenerateDataKeyPairCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseOutside } from '../custom-store-keys.ts';
import { generateDataKeyPairUnder, requirePairSpec } from '../data-key-pair.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { answerSecret } from '../recipient.ts';

/**
 * Makes a key pair for use outside of KMS; its private key comes in the clear and encrypted under a KMS key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
 */
export const generateDataKeyPair = ({
  keys,
  recipients,
}: Kms): Operation<
  'GenerateDataKeyPair',
  Input<GenerateDataKeyPairCommandInput>,
  Output<GenerateDataKeyPairCommandOutput>,
  KmsKey
> => ({
  name: 'GenerateDataKeyPair',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: {
      ...encryptionConditions(input),
      'kms:DataKeyPairSpec': input.KeyPairSpec,
      ...recipients.find(input, call.now)?.conditions,
    },
  }),
  handle: (input, key, call) => {
    const recipient = recipients.find(input, call.now);
    key.requireUsable('GenerateDataKeyPair', 'SYMMETRIC_DEFAULT');
    refuseOutside(key);
    const pair = requirePairSpec(input.KeyPairSpec);
    refuseDryRun(input);
    return eventually(generateDataKeyPairUnder(key, pair, input), ({ privateKey, publicKey, ciphertext }) => ({
      PrivateKeyCiphertextBlob: ciphertext,
      ...answerSecret('PrivateKeyPlaintext', privateKey, recipient),
      PublicKey: publicKey,
      KeyId: key.arn,
      KeyPairSpec: input.KeyPairSpec,
      KeyMaterialId: key.currentKeyMaterialId,
    }));
  },
});
