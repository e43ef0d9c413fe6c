import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { Access } from '../../kernel/operation.ts';
import { type Ciphertext, parseCiphertext } from './ciphertext.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { type Keys, onCiphertext } from './keys.ts';
import type { KmsKey } from './kms-key.ts';
import { decryptRsa, isAsymmetric, refuseContext } from './rsa-encryption.ts';

/** What Decrypt and ReEncrypt are given to decrypt. */
export interface Source {
  readonly CiphertextBlob?: Uint8Array | undefined;
  readonly KeyId?: string | undefined;
  readonly EncryptionContext?: EncryptionContext | undefined;
  readonly EncryptionAlgorithm: string;
  readonly DryRun?: boolean | undefined;
  readonly DryRunModifiers?: readonly string[] | undefined;
}

/** What came out of a source. */
export interface Decrypted {
  readonly plaintext: Uint8Array;
  /** Absent for asymmetric keys. */
  readonly keyMaterialId?: string;
}

/**
 * The key that a source is decrypted with: the one that the request names, else the one that the ciphertext names.
 *
 * @throws {Fault} ValidationException, InvalidCiphertextException, or what {@link Keys.resolve} throws
 */
export const sourceKey = (
  keys: Keys,
  source: Source,
  call: Call,
  action: string,
): Pick<Access<KmsKey>, 'resource' | 'deniedOn'> => {
  if (source.DryRunModifiers?.length && !source.DryRun) {
    throw fault('ValidationException', 'DryRunModifiers can only be specified when DryRun is true.');
  }
  if (source.KeyId !== undefined) return { resource: keys.resolve(source.KeyId, call) };
  if (ignoresCiphertext(source))
    throw fault('ValidationException', 'A key ID is required when the ciphertext is ignored.');
  if (isAsymmetric(source.EncryptionAlgorithm)) {
    throw fault('ValidationException', `A key ID is required with the ${source.EncryptionAlgorithm} algorithm.`);
  }
  return { resource: keys.ofCiphertext(requireCiphertext(source), call, action), deniedOn: onCiphertext };
};

/**
 * Decrypts a source with its key.
 *
 * @returns undefined in a dry run that ignores the ciphertext
 * @throws {Fault} the ciphertext is not of this key, the key cannot be used, or ciphertext or context are not what was encrypted
 */
export const decryptSource = (key: KmsKey, source: Source, operation: string): Eventually<Decrypted | undefined> => {
  if (key.publicKey || isAsymmetric(source.EncryptionAlgorithm)) return decryptAsymmetric(key, source, operation);
  const ciphertext = ignoresCiphertext(source) ? undefined : requireCiphertext(source);
  if (ciphertext && (ciphertext.keyId !== key.record.id || ciphertext.account !== key.account)) {
    throw fault(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    );
  }
  key.requireUsable(operation, source.EncryptionAlgorithm);
  if (!ciphertext) return undefined;
  return eventually(key.decrypt(ciphertext, source.EncryptionContext), (plaintext) => ({
    plaintext,
    keyMaterialId: ciphertext.keyMaterialId,
  }));
};

const decryptAsymmetric = (key: KmsKey, source: Source, operation: string): Eventually<Decrypted | undefined> => {
  const ciphertext = ignoresCiphertext(source) ? undefined : requireBlob(source);
  key.requireUsable(operation, source.EncryptionAlgorithm);
  refuseContext(source.EncryptionContext);
  if (!ciphertext) return undefined;
  return eventually(decryptRsa(key, source.EncryptionAlgorithm, ciphertext), (plaintext) => ({ plaintext }));
};

const ignoresCiphertext = ({ DryRunModifiers }: Source): boolean =>
  DryRunModifiers?.includes('IGNORE_CIPHERTEXT') ?? false;

const requireCiphertext = (source: Source): Ciphertext => {
  const ciphertext = parseCiphertext(requireBlob(source));
  if (!ciphertext) throw fault('InvalidCiphertextException');
  return ciphertext;
};

const requireBlob = ({ CiphertextBlob }: Source): Uint8Array => {
  if (!CiphertextBlob) {
    throw fault(
      'ValidationException',
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    );
  }
  return CiphertextBlob;
};
