import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { MacOperations } from './material-operations.ts';

/** Hash of each MAC algorithm, by its name in node:crypto. */
const hashes: Readonly<Record<string, string>> = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
};

/** An HMAC key in this process. @see FIPS 198-1 */
export class MacMaterial implements MacOperations {
  readonly kind = 'hmac';
  readonly #key: KeyObject;

  /** @param raw the caller clears it */
  constructor(raw: Buffer) {
    this.#key = createSecretKey(raw);
  }

  mac(algorithm: string, message: Uint8Array): Buffer {
    return createHmac(hashes[algorithm]!, this.#key).update(message).digest();
  }
}
