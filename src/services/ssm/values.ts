import { createSecretKey } from 'node:crypto';
import { parseMessage, sealMessage } from '../../crypto/encryption-sdk-message.ts';
import { takeSecretKey } from '../../crypto/secret-key.ts';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { type ParameterPlace, parameterArn } from './parameter-names.ts';
import type { ParameterVersion } from './parameter-record.ts';

/** The key of SecureString parameters that name none. */
export const defaultKeyId = 'alias/aws/ssm';

/**
 * Encrypts a SecureString by KMS, with the caller's permissions: directly in the standard tier, under a data key in the
 * advanced one.
 *
 * @returns base64
 * @throws {Fault} InvalidKeyId; AccessDenied
 * @see Systems Manager user guide: "AWS KMS encryption for Parameter Store SecureString parameters"
 */
export const encryptValue = (
  value: string,
  { tier, keyId = defaultKeyId, ...place }: ParameterPlace & Pick<ParameterVersion, 'tier' | 'keyId'>,
  call: Call,
): Eventually<string> => {
  const EncryptionContext = contextOf(place);
  const plaintext = Buffer.from(value);
  return byKms(() => {
    if (tier === 'Standard') {
      const encrypted = call.invoke('kms.Encrypt', { KeyId: keyId, Plaintext: plaintext, EncryptionContext });
      return eventually(encrypted, ({ CiphertextBlob }) => Buffer.from(CiphertextBlob!).toString('base64'));
    }
    const generated = call.invoke('kms.GenerateDataKey', { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext });
    return eventually(generated, ({ Plaintext, CiphertextBlob, KeyId }) => {
      const dataKey = createSecretKey(Plaintext!);
      Plaintext!.fill(0);
      const encrypted = { keyArn: KeyId!, ciphertext: Buffer.from(CiphertextBlob!) };
      return sealMessage(plaintext, dataKey, encrypted, EncryptionContext).toString('base64');
    });
  });
};

/** Decrypts a SecureString, with the caller's permissions. @throws {Fault} InvalidKeyId; AccessDenied */
export const decryptValue = (version: ParameterVersion, call: Call): Eventually<string> => {
  const EncryptionContext = contextOf(version);
  const sealed = Buffer.from(version.value, 'base64');
  const decrypt = (CiphertextBlob: Buffer): Eventually<Buffer> =>
    eventually(call.invoke('kms.Decrypt', { CiphertextBlob, EncryptionContext }), ({ Plaintext }) =>
      Buffer.from(Plaintext!),
    );
  return byKms(() => {
    if (version.tier === 'Standard') return eventually(decrypt(sealed), (plaintext) => plaintext.toString());
    const message = parseMessage(sealed);
    return eventually(decrypt(message.encrypted.ciphertext), (plaintext) => {
      const dataKey = takeSecretKey(plaintext);
      return message.open(dataKey).toString();
    });
  });
};

const contextOf = (place: ParameterPlace): Record<string, string> => ({ PARAMETER_ARN: parameterArn(place) });

/** Parameter Store says InvalidKeyId, with KMS's sentence, where the key is at fault; refusals stay refusals. */
const byKms = <T>(work: () => Eventually<T>): Eventually<T> => {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(rethrow) : result;
  } catch (error) {
    return rethrow(error);
  }
};

const ofKeys = /^(NotFound|Disabled|KMSInvalidState|InvalidKeyUsage|InvalidCiphertext|IncorrectKey|InvalidArn)/;

const rethrow = (error: unknown): never => {
  if (error instanceof Fault && ofKeys.test(error.code)) {
    throw fault('InvalidKeyId', `${error.message} (Service: AWSKMS; Error Code: ${error.code})`, { cause: error });
  }
  throw error;
};
