import type {
  GenerateDataKeyPairWithoutPlaintextCommandInput,
  GenerateDataKeyPairWithoutPlaintextCommandOutput,
} from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { encryptionConditions } from '../conditions.ts';
import { refuseOutside } from '../custom-store-keys.ts';
import { generateDataKeyPairUnder, requirePairSpec } from '../data-key-pair.ts';
import { refuseDryRun } from '../dry-run.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';

/**
 * Makes a key pair whose private key comes encrypted only: for whoever prepares keys that others will use.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html
 */
export const generateDataKeyPairWithoutPlaintext = ({
  keys,
}: Kms): Operation<
  'GenerateDataKeyPairWithoutPlaintext',
  Input<GenerateDataKeyPairWithoutPlaintextCommandInput>,
  Output<GenerateDataKeyPairWithoutPlaintextCommandOutput>,
  KmsKey
> => ({
  name: 'GenerateDataKeyPairWithoutPlaintext',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: { ...encryptionConditions(input), 'kms:DataKeyPairSpec': input.KeyPairSpec },
  }),
  handle: (input, key) => {
    key.requireUsable('GenerateDataKeyPairWithoutPlaintext', 'SYMMETRIC_DEFAULT');
    refuseOutside(key);
    const pair = requirePairSpec(input.KeyPairSpec);
    refuseDryRun(input);
    return eventually(generateDataKeyPairUnder(key, pair, input), ({ privateKey, publicKey, ciphertext }) => {
      privateKey.fill(0);
      return {
        PrivateKeyCiphertextBlob: ciphertext,
        PublicKey: publicKey,
        KeyId: key.arn,
        KeyPairSpec: input.KeyPairSpec,
        KeyMaterialId: key.currentKeyMaterialId,
      };
    });
  },
});
