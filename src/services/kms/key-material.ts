import { createSecretKey } from 'node:crypto';
import { AeadError, AeadKey } from '../../crypto/derived-key-aead.ts';
import { deriveCounterMode, formatFixedInput } from '../../crypto/kdf.ts';
import type { KeyWrap } from '../../store/store.ts';
import { type Ciphertext, formatHeader } from './ciphertext.ts';
import { type KeyPlace, keyArn } from './key-arn.ts';

/** Key material as a key's record holds it. */
export interface StoredMaterial {
  /** 64 hexadecimal digits, derived from the material: equal material has equal ids. */
  readonly id: string;
  /** The material under the store's key wrap, bound to key ARN and material id. */
  readonly wrapped: string;
}

const materialIdLabel = 'bulwark kms key material id';
const ciphertextLabel = 'bulwark kms ciphertext';

/**
 * Wraps new key material for storage.
 *
 * @param raw 32 bytes; cleared
 */
export const wrapMaterial = (raw: Buffer, key: KeyPlace, keyWrap: KeyWrap): StoredMaterial => {
  const id = materialIdOf(raw);
  const wrapped = keyWrap.wrap(raw, wrapContext(key, id));
  raw.fill(0);
  return { id, wrapped };
};

const wrapContext = (key: KeyPlace, materialId: string): string => `${keyArn(key)} ${materialId}`;

/** One-way: 256 bits of the KDF's output, under a label that nothing else uses. */
const materialIdOf = (raw: Buffer): string =>
  deriveCounterMode(createSecretKey(raw), formatFixedInput(materialIdLabel, Buffer.alloc(0), 32), 32).toString('hex');

/** Symmetric key material, ready to use; the raw bytes live only inside node:crypto. */
export class KeyMaterial {
  readonly id: string;
  readonly #aead: AeadKey;
  readonly #header: Buffer;

  constructor(stored: StoredMaterial, key: KeyPlace, keyWrap: KeyWrap) {
    const raw = keyWrap.unwrap(stored.wrapped, wrapContext(key, stored.id));
    this.id = stored.id;
    this.#aead = AeadKey.from(createSecretKey(raw), ciphertextLabel);
    this.#header = formatHeader(key.account, key.id, stored.id);
    raw.fill(0);
  }

  /** @param context encoded encryption context */
  encrypt(plaintext: Uint8Array, context: Buffer): Buffer {
    return this.#aead.seal(plaintext, Buffer.concat([this.#header, context]), this.#header);
  }

  /**
   * @param context encoded encryption context
   * @returns undefined when ciphertext or context is not what was encrypted
   */
  decrypt(ciphertext: Ciphertext, context: Buffer): Buffer | undefined {
    try {
      return this.#aead.open(ciphertext.sealed, Buffer.concat([ciphertext.header, context]));
    } catch (error) {
      if (error instanceof AeadError) return undefined;
      throw error;
    }
  }
}
