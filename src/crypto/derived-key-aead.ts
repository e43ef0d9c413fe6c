import type { KeyObject } from 'node:crypto';
import { AeadError, decryptGcm, encryptGcm, require256Bits } from './gcm.ts';
import { contextOffset, deriveSecretKey, formatKdfInput } from './kdf.ts';
import { randomInto } from './random.ts';

/** Bytes that sealing adds: nonce and tag. */
export const aeadOverheadBytes = 32;

const nonceBytes = 16;
const keyBytes = 32;

/** Constant, because each message has a key of its own: docs/formats/aead.md has the argument and the bounds. */
const zeroIv = Buffer.alloc(12);

/**
 * AES-256-GCM under a key derived for each message (docs/formats/aead.md): the authenticated encryption of all
 * that is stored. Safe for 2⁴⁸ messages a key.
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
    require256Bits(key);
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
   * @returns `nonce (16) ‖ ciphertext ‖ tag (16)`
   */
  seal(plaintext: Uint8Array, aad: Uint8Array): Buffer {
    const sealed = Buffer.allocUnsafe(plaintext.length + aeadOverheadBytes);
    randomInto(sealed, 0, nonceBytes);
    encryptGcm(this.#messageKey(sealed), zeroIv, plaintext, aad, sealed, nonceBytes);
    return sealed;
  }

  /**
   * Decrypts what {@link seal} made with the same key, label and `aad`.
   *
   * @returns the plaintext in fresh bytes; the caller clears it where it is secret
   * @throws {AeadError}
   */
  open(sealed: Buffer, aad: Uint8Array): Buffer {
    if (sealed.length < aeadOverheadBytes) throw new AeadError();
    return decryptGcm(this.#messageKey(sealed), zeroIv, sealed.subarray(nonceBytes), aad);
  }

  /** @param message begins with its nonce */
  #messageKey(message: Buffer): KeyObject {
    message.copy(this.#kdfInput, this.#nonceAt, 0, nonceBytes);
    return deriveSecretKey(this.#key, this.#kdfInput);
  }
}
