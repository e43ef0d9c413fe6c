import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { contextOffset, deriveSecretKey, formatKdfInput } from './kdf.ts';
import { randomInto } from './random.ts';

/** Bytes that sealing adds: nonce and tag. */
export const aeadOverheadBytes = 32;

const nonceBytes = 16;
const tagBytes = 16;
const keyBytes = 32;

const noHeader = Buffer.alloc(0);

/** Constant, because each message has a key of its own: docs/formats/aead.md has the argument and the bounds. */
const zeroIv = Buffer.alloc(12);

/** The sealed bytes were altered, or sealed under another key, label or AAD. Which of these cannot be told. */
export class AeadError extends Error {
  constructor(options?: ErrorOptions) {
    super('sealed bytes do not open: they were altered, or belong to another key or place', options);
    this.name = 'AeadError';
  }
}

/**
 * AES-256-GCM under a key derived for each message (docs/formats/aead.md): the authenticated encryption of everything
 * in Bulwark. Safe for 2⁴⁸ messages a key.
 */
export class AeadKey {
  readonly #key: KeyObject;
  /** `[1] ‖ label ‖ 0x00 ‖ nonce ‖ [256]`; the nonce is written over for each message. It holds no secret. */
  readonly #kdfInput: Buffer;
  readonly #nonceAt: number;

  /**
   * @param key key-derivation key of 256 bits, used for nothing else
   * @param label ASCII without NUL: separates uses that share a key
   * @throws {RangeError} the key is not of 256 bits
   */
  static from(key: KeyObject, label: string): AeadKey {
    if (key.type !== 'secret' || key.symmetricKeySize !== keyBytes) throw new RangeError('an AEAD key has 256 bits');
    return new AeadKey(key, label);
  }

  private constructor(key: KeyObject, label: string) {
    this.#key = key;
    this.#kdfInput = formatKdfInput(label, Buffer.alloc(nonceBytes), keyBytes);
    this.#nonceAt = contextOffset(label);
  }

  /**
   * Encrypts and authenticates.
   *
   * @param aad what must be presented again, byte for byte, to open; authenticated, not contained in the result
   * @param header bytes to put before the result; not encrypted, and authenticated only where `aad` contains them
   * @returns `header ‖ nonce (16) ‖ ciphertext ‖ tag (16)`
   */
  seal(plaintext: Uint8Array, aad: Uint8Array, header: Buffer = noHeader): Buffer {
    const nonceAt = header.length;
    const ciphertextAt = nonceAt + nonceBytes;
    const sealed = Buffer.allocUnsafe(ciphertextAt + plaintext.length + tagBytes);
    header.copy(sealed);
    randomInto(sealed, nonceAt, nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#messageKey(sealed, nonceAt), zeroIv).setAAD(aad);
    cipher.update(plaintext).copy(sealed, ciphertextAt);
    cipher.final();
    cipher.getAuthTag().copy(sealed, ciphertextAt + plaintext.length);
    return sealed;
  }

  /**
   * Decrypts what {@link seal} made with the same key, label and `aad`.
   *
   * @returns the plaintext in fresh bytes; the caller clears it where it is secret
   * @throws {AeadError}
   */
  open(sealed: Buffer, aad: Uint8Array): Buffer {
    const tagAt = sealed.length - tagBytes;
    if (tagAt < nonceBytes) throw new AeadError();
    const decipher = createDecipheriv('aes-256-gcm', this.#messageKey(sealed, 0), zeroIv, { authTagLength: tagBytes })
      .setAAD(aad)
      .setAuthTag(sealed.subarray(tagAt));
    const plaintext = decipher.update(sealed.subarray(nonceBytes, tagAt));
    try {
      decipher.final();
    } catch (cause) {
      plaintext.fill(0);
      throw new AeadError({ cause });
    }
    return plaintext;
  }

  /** @param at where the nonce begins */
  #messageKey(message: Buffer, at: number): KeyObject {
    message.copy(this.#kdfInput, this.#nonceAt, at, at + nonceBytes);
    return deriveSecretKey(this.#key, this.#kdfInput);
  }
}
