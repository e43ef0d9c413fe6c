import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import { callKms } from '../seal/kms-client.ts';
import type { KmsSettings } from '../seal/method.ts';
import { SealError } from '../seal/seal-error.ts';
import type { ExternalKeyState } from '../xks/external-key.ts';
import type { XksCiphertext } from '../xks/integrity-value.ts';
import { XksError, type XksProblem } from '../xks/xks-error.ts';
import { messageKeyInput } from './message-key.ts';

/** The only format so far, which is all that the metadata of a ciphertext says. */
const formatOne = Buffer.of(1);
const ivBytes = 16;
const algorithm = 'aes-256-gcm';
const gcmIv = Buffer.alloc(12);

/** What an answer of KMS means to whoever asked the proxy; all others are internal errors. */
const problems: Readonly<Record<string, XksProblem>> = {
  NotFoundException: 'KeyNotFoundException',
  DisabledException: 'InvalidStateException',
  KMSInvalidStateException: 'InvalidStateException',
  InvalidKeyUsageException: 'InvalidKeyUsageException',
  ThrottlingException: 'ThrottlingException',
};

/** External keys, each an HMAC_256 key of a KMS. @see docs/formats/xks-ciphertext.md */
export class ExternalKeys {
  readonly #keys: ReadonlyMap<string, KmsSettings>;

  /** @param keys by the id that the key has outside */
  constructor(keys: ReadonlyMap<string, KmsSettings>) {
    this.#keys = keys;
  }

  /** @throws {XksError} */
  async describe(id: string): Promise<ExternalKeyState> {
    const settings = this.#get(id);
    const { KeyMetadata } = await ask(callKms(settings, 'DescribeKey', { KeyId: settings.keyArn }));
    const { KeyState, KeySpec } = KeyMetadata as { readonly KeyState: string; readonly KeySpec: string };
    const usable = KeyState === 'Enabled' && KeySpec === 'HMAC_256';
    return { keySpec: 'AES_256', keyUsage: ['ENCRYPT', 'DECRYPT'], keyStatus: usable ? 'ENABLED' : 'DISABLED' };
  }

  /** @throws {XksError} */
  async encrypt(id: string, plaintext: Buffer, aad: Buffer): Promise<XksCiphertext> {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, await this.#messageKey(id, iv), gcmIv);
    cipher.setAAD(fullAad(aad, formatOne));
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return { metadata: formatOne, iv, ciphertext, tag: cipher.getAuthTag() };
  }

  /** @throws {XksError} InvalidCiphertextException: it is not what was encrypted */
  async decrypt(id: string, { metadata, iv, ciphertext, tag }: XksCiphertext, aad: Buffer): Promise<Buffer> {
    this.#get(id);
    if (!metadata.equals(formatOne) || iv.length !== ivBytes || tag.length !== 16) throw invalidCiphertext();
    const decipher = createDecipheriv(algorithm, await this.#messageKey(id, iv), gcmIv, { authTagLength: 16 });
    decipher.setAAD(fullAad(aad, metadata)).setAuthTag(tag);
    const plaintext = decipher.update(ciphertext);
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      throw invalidCiphertext();
    }
    return plaintext;
  }

  /** Asserts that every key can be used. @throws {XksError} */
  async check(): Promise<void> {
    // No message has this IV: they are longer.
    for (const id of this.#keys.keys()) await this.#messageKey(id, Buffer.alloc(0));
  }

  async #messageKey(id: string, iv: Buffer): Promise<KeyObject> {
    const settings = this.#get(id);
    const Message = messageKeyInput(id, iv).toString('base64');
    const input = { KeyId: settings.keyArn, MacAlgorithm: 'HMAC_SHA_256', Message };
    const { Mac } = await ask(callKms(settings, 'GenerateMac', input));
    const raw = Buffer.from(String(Mac), 'base64');
    return takeSecretKey(raw);
  }

  #get(id: string): KmsSettings {
    const settings = this.#keys.get(id);
    if (!settings) throw new XksError('KeyNotFoundException', 'There is no such key.');
    return settings;
  }
}

/** The lengths keep the one from being taken for the other. @see XKS proxy API: Encrypt, ciphertextMetadata */
const fullAad = (aad: Buffer, metadata: Buffer): Buffer =>
  Buffer.concat([Buffer.of(aad.length >> 8, aad.length & 255), aad, Buffer.of(metadata.length), metadata]);

const invalidCiphertext = (): XksError =>
  new XksError('InvalidCiphertextException', 'The ciphertext is not what was encrypted.');

const ask = async <T>(asked: Promise<T>): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const problem = error.code === undefined ? 'DependencyTimeoutException' : problems[error.code];
    throw new XksError(problem ?? 'InternalException', 'The KMS cannot be used.', { cause: error });
  }
};
