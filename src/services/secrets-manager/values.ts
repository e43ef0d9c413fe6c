import { createSecretKey } from 'node:crypto';
import { parseMessage, sealMessage } from '../../crypto/encryption-sdk-message.ts';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { secretArn } from './secret-ids.ts';
import type { SealedValue, SecretRecord } from './secret-record.ts';
import type { Secrets } from './secrets.ts';

/** A value in the clear. */
export interface SecretValue {
  /** Of a string: UTF-8. */
  readonly bytes: Buffer;
  readonly isBinary: boolean;
}

/** The key of secrets that name none. */
const defaultKeyId = 'alias/aws/secretsmanager';

const maxBytes = 65_536;

/**
 * The value that a request brings, if any.
 *
 * @throws {Fault} InvalidParameterException
 */
export const givenValue = ({
  SecretString: text,
  SecretBinary: binary,
}: {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
}): SecretValue | undefined => {
  if (text !== undefined && binary !== undefined) {
    throw fault(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const bytes = binary ? Buffer.from(binary) : text === undefined ? undefined : Buffer.from(text);
  if (bytes && bytes.length > maxBytes) {
    throw fault('InvalidParameterException', `The secret value is larger than ${maxBytes} bytes.`);
  }
  return bytes && { bytes, isBinary: binary !== undefined };
};

/**
 * Seals a value under a data key of the secret's KMS key, with the caller's permissions.
 *
 * @throws {Fault} EncryptionFailure; AccessDenied
 * @see Secrets Manager user guide: "Secret encryption and decryption in AWS Secrets Manager"
 */
export const sealValue = (
  { bytes, isBinary }: SecretValue,
  record: SecretRecord,
  version: string,
  call: Call,
): Eventually<SealedValue> => {
  const EncryptionContext = contextOf(record, version);
  const KeyId = record.kmsKeyId ?? defaultKeyId;
  return byKms('EncryptionFailure', encryptionFailed, () => {
    const input = { KeyId, KeySpec: 'AES_256', EncryptionContext } as const;
    return eventually(call.invoke('kms.GenerateDataKey', input, record.region), (generated) => {
      const dataKey = createSecretKey(generated.Plaintext!);
      generated.Plaintext!.fill(0);
      const encrypted = { keyArn: generated.KeyId!, ciphertext: Buffer.from(generated.CiphertextBlob!) };
      return { sealed: sealMessage(bytes, dataKey, encrypted, EncryptionContext).toString('base64'), isBinary };
    });
  });
};

/**
 * Makes sure that the caller may seal and open values under the key that a secret is to have; what comes of it is thrown away.
 *
 * @throws {Fault} EncryptionFailure; AccessDenied
 * @see Secrets Manager user guide: "Secret encryption and decryption", "Validating access to the KMS key"
 */
export const requireUsableKey = (record: SecretRecord, KeyId: string, call: Call): Eventually<void> => {
  const EncryptionContext = contextOf(record, 'RequestToValidateKeyAccess');
  return byKms('EncryptionFailure', encryptionFailed, () => {
    const input = { KeyId, KeySpec: 'AES_256', EncryptionContext } as const;
    return eventually(call.invoke('kms.GenerateDataKey', input, record.region), (generated) => {
      generated.Plaintext!.fill(0);
      const opening = { CiphertextBlob: generated.CiphertextBlob!, EncryptionContext };
      return eventually(call.invoke('kms.Decrypt', opening, record.region), ({ Plaintext }) => {
        Plaintext!.fill(0);
      });
    });
  });
};

/**
 * Opens the value of a version, with the caller's permissions.
 *
 * @returns undefined: the version has none
 * @throws {Fault} DecryptionFailure; AccessDenied; InvalidRequestException: another account's, under the key that AWS manages
 */
export const openValue = (
  secrets: Secrets,
  record: SecretRecord,
  version: string,
  call: Call,
): Eventually<SecretValue | undefined> => {
  const stored = secrets.findValue(call.tx, record, version);
  if (!stored) return undefined;
  if (record.account !== call.account && record.versions[version]?.kmsKeyId === undefined) throw foreign();
  const message = parseMessage(Buffer.from(stored.sealed, 'base64'));
  const input = { CiphertextBlob: message.encrypted.ciphertext, EncryptionContext: contextOf(record, version) };
  return byKms('DecryptionFailure', decryptionFailed, () =>
    eventually(call.invoke('kms.Decrypt', input, record.region), ({ Plaintext }) => {
      const dataKey = createSecretKey(Plaintext!);
      Plaintext!.fill(0);
      return { bytes: message.open(dataKey), isBinary: stored.isBinary };
    }),
  );
};

/** Members of an answer. */
export const shownValue = ({ bytes, isBinary }: SecretValue): { SecretBinary: Buffer } | { SecretString: string } =>
  isBinary ? { SecretBinary: bytes } : { SecretString: bytes.toString() };

const contextOf = (record: SecretRecord, version: string): Record<string, string> => ({
  SecretARN: secretArn(record),
  SecretVersionId: version,
});

const foreign = (): Fault =>
  fault(
    'InvalidRequestException',
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  );

const encryptionFailed =
  "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.";
const decryptionFailed =
  "Secrets Manager can't decrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.";

const byKms = <T>(code: string, sentence: string, work: () => Eventually<T>): Eventually<T> => {
  const rethrow = (error: unknown): never => {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'AccessDenied') throw fault('AccessDenied', 'Access to KMS is not allowed', { cause: error });
    if (error.code === 'Throttling' || error.code === 'InternalFailure') throw error;
    throw fault(code, `${sentence} (${error.code}: ${error.message})`, { cause: error });
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(rethrow) : result;
  } catch (error) {
    return rethrow(error);
  }
};
