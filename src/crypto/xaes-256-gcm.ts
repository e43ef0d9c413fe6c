import type { KeyObject } from 'node:crypto';
import { CmacKdf, contextBytes } from './cmac-kdf.ts';
import { AeadError, decryptGcm, encryptGcm, tagBytes } from './gcm.ts';
import { randomInto } from './random.ts';

const nonceBytes = 24;
const keyBytes = 32;

/**
 * XAES-256-GCM: AES-256-GCM under a key derived for each message, safe for 2⁸⁰ messages a key.
 *
 * @see docs/formats/xaes-256-gcm.md, https://c2sp.org/XAES-256-GCM
 */
export class Xaes256Gcm {
  readonly #key: KeyObject;
  /** Made when first used: most keys of a process never are. */
  #kdf: CmacKdf | undefined;

  /**
   * @param key 256 bits, used for nothing else
   * @throws {RangeError} the key is not of 256 bits
   */
  constructor(key: KeyObject) {
    if (key.type !== 'secret' || key.symmetricKeySize !== keyBytes) throw new RangeError('an AEAD key has 256 bits');
    this.#key = key;
  }

  /**
   * Encrypts and authenticates.
   *
   * @param aad what must be presented again, byte for byte, to open; authenticated, not contained in the result
   * @param header bytes to put before the result; not encrypted, and authenticated only where `aad` contains them
   * @returns `header ‖ nonce (24) ‖ ciphertext ‖ tag (16)`
   */
  seal(plaintext: Uint8Array, aad: Uint8Array, header: Buffer): Buffer {
    const nonceAt = header.length;
    const ciphertextAt = nonceAt + nonceBytes;
    const sealed = Buffer.allocUnsafe(ciphertextAt + plaintext.length + tagBytes);
    header.copy(sealed);
    randomInto(sealed, nonceAt, nonceBytes);
    encryptGcm(this.#messageKey(sealed, nonceAt), ivOf(sealed, nonceAt), plaintext, aad, sealed, ciphertextAt);
    return sealed;
  }

  /**
   * Decrypts what {@link seal} made with the same key and `aad`.
   *
   * @param sealed `nonce ‖ ciphertext ‖ tag`
   * @returns the plaintext in fresh bytes; the caller clears it where it is secret
   * @throws {AeadError}
   */
  open(sealed: Buffer, aad: Uint8Array): Buffer {
    if (sealed.length < nonceBytes + tagBytes) throw new AeadError();
    return decryptGcm(this.#messageKey(sealed, 0), ivOf(sealed, 0), sealed.subarray(nonceBytes), aad);
  }

  #messageKey(message: Buffer, nonceAt: number): KeyObject {
    this.#kdf ??= new CmacKdf(this.#key);
    return this.#kdf.derive(message, nonceAt);
  }
}

const ivOf = (message: Buffer, nonceAt: number): Buffer =>
  message.subarray(nonceAt + contextBytes, nonceAt + nonceBytes);
