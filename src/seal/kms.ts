import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { callKms } from './kms-client.ts';
import type { KmsSettings, SealMethod, SealSettings } from './method.ts';
import { SealError } from './seal-error.ts';

/** The seal key is encrypted by a key of another KMS, AWS's or another Bulwark's: a start unseals itself as long as that KMS lets it. */
export const kms: SealMethod = {
  create: async (id, settings) => {
    const { keyArn, ...where } = kmsOf(settings);
    const secret = randomBytes(32);
    const input = { KeyId: keyArn, Plaintext: secret.toString('base64'), EncryptionContext: contextOf(id) };
    const { CiphertextBlob } = await callKms({ keyArn, ...where }, 'Encrypt', input);
    const key = takeSecretKey(secret);
    if (typeof CiphertextBlob !== 'string') throw new SealError('the KMS answered no ciphertext');
    return {
      key,
      parameters: { ciphertext: CiphertextBlob },
      keep: [
        `Every start asks ${keyArn} to decrypt the seal key: its access key needs kms:Decrypt and nothing else.`,
        'If that key is deleted, all data is lost.',
      ],
    };
  },
  recover: async ({ id, parameters }, settings) => {
    const where = kmsOf(settings);
    const input = { KeyId: where.keyArn, CiphertextBlob: parameters.ciphertext, EncryptionContext: contextOf(id) };
    const { Plaintext } = await callKms(where, 'Decrypt', input);
    const secret = Buffer.from(String(Plaintext), 'base64');
    if (secret.length !== 32) throw new SealError('the KMS answered something that is not the seal key');
    return takeSecretKey(secret);
  },
};

/** Shows in the KMS's audit trail, and binds the ciphertext to this seal. */
const contextOf = (id: string) => ({ 'bulwark:seal': id });

const kmsOf = ({ kms: found }: SealSettings): KmsSettings => {
  if (!found)
    throw new SealError(
      'the seal is with a KMS: name its key with --seal-kms-key, and set BULWARK_SEAL_KMS_ACCESS_KEY_ID and BULWARK_SEAL_KMS_SECRET_ACCESS_KEY',
    );
  return found;
};
