import type { KeyObject } from 'node:crypto';
import { CmacKdf, contextBytes, derivedBytes, mostAtOnce } from './cmac-kdf.ts';
import { AeadError, decryptGcm, encryptGcm, require256Bits, tagBytes } from './gcm.ts';
import { randomInto } from './random.ts';
import { takeSecretKey } from './secret-key.ts';

const ivBytes = 12;
const nonceBytes = contextBytes + ivBytes;

/**
 * XAES-256-GCM: AES-256-GCM under a key derived for each message, safe for 2⁸⁰ messages a key.
 *
 * @see docs/formats/xaes-256-gcm.md, https://c2sp.org/XAES-256-GCM
 */
export class Xaes256Gcm {
  readonly #key: KeyObject;
  /** Both are made when first used: most keys of a process never are. */
  #kdf: CmacKdf | undefined;
  #messageKeys: MessageKeys | undefined;

  /**
   * @param key 256 bits, used for nothing else
   * @throws {RangeError} the key is not of 256 bits
   */
  constructor(key: KeyObject) {
    require256Bits(key);
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
    const ivAt = nonceAt + contextBytes;
    const ciphertextAt = nonceAt + nonceBytes;
    const sealed = Buffer.allocUnsafe(ciphertextAt + plaintext.length + tagBytes);
    header.copy(sealed);
    this.#messageKeys ??= new MessageKeys(this.#derivation());
    const messageKey = this.#messageKeys.next(sealed, nonceAt);
    randomInto(sealed, ivAt, ivBytes);
    encryptGcm(messageKey, sealed.subarray(ivAt, ciphertextAt), plaintext, aad, sealed, ciphertextAt);
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
    const messageKey = takeSecretKey(this.#derivation().derive(sealed.subarray(0, contextBytes)));
    return decryptGcm(messageKey, sealed.subarray(contextBytes, nonceBytes), sealed.subarray(nonceBytes), aad);
  }

  #derivation(): CmacKdf {
    this.#kdf ??= new CmacKdf(this.#key);
    return this.#kdf;
  }
}

/**
 * Keys of messages to come, derived some at a time: each call of node:crypto makes a buffer outside of the heap, which
 * costs as much as all of the AES in it.
 *
 * INVARIANT: contexts before `#used` were handed out, and their keys are zero; those after it were never seen by anybody.
 */
class MessageKeys {
  readonly #kdf: CmacKdf;
  readonly #contexts = Buffer.alloc(mostAtOnce * contextBytes);
  #keys: Buffer = Buffer.alloc(0);
  #used = mostAtOnce;

  constructor(kdf: CmacKdf) {
    this.#kdf = kdf;
  }

  /** @param target gets the context of the key, from `at` on */
  next(target: Buffer, at: number): KeyObject {
    if (this.#used === mostAtOnce) {
      randomInto(this.#contexts, 0, this.#contexts.length);
      this.#keys = this.#kdf.derive(this.#contexts);
      this.#used = 0;
    }
    const index = this.#used++;
    this.#contexts.copy(target, at, index * contextBytes, (index + 1) * contextBytes);
    return takeSecretKey(this.#keys.subarray(index * derivedBytes, (index + 1) * derivedBytes));
  }
}
