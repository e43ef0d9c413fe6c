import { createPrivateKey } from 'node:crypto';
import { randomUuid } from '../../crypto/random.ts';
import { fault } from '../../kernel/fault.ts';
import type { KeyWrap } from '../../store/store.ts';
import { timestamp } from './names.ts';
import type { SamlPrivateKey } from './saml-providers.ts';

/** Most private keys that one provider has. */
const maxKeys = 2;

/** Keeps the private keys of SAML providers wrapped. */
export class SamlPrivateKeys {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('iam.saml-private-key')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /**
   * Adds a key.
   *
   * @param pem absent: no change
   * @throws {Fault} `InvalidInput` for what is no private key, `LimitExceeded` for a third one
   */
  add(keys: readonly SamlPrivateKey[], pem: string | undefined, now: Date): readonly SamlPrivateKey[] {
    if (pem === undefined) return keys;
    if (keys.length >= maxKeys) {
      throw fault('LimitExceeded', `Cannot exceed quota for PrivateKeysPerSAMLProvider: ${maxKeys}`);
    }
    requirePrivateKey(pem);
    const keyId = randomUuid();
    return [...keys, { keyId, addedAt: timestamp(now), wrappedKey: this.#wrap.wrap(Buffer.from(pem), keyId) }];
  }
}

const requirePrivateKey = (pem: string): void => {
  try {
    createPrivateKey(pem);
  } catch (cause) {
    throw fault('InvalidInput', 'The private key is not a valid PEM-encoded key.', { cause });
  }
};

/** @throws {Fault} `InvalidInput` where assertions must be encrypted and nothing could open them */
export const requireKeyForEncryption = (mode: string | undefined, keys: readonly SamlPrivateKey[]): void => {
  if (mode !== undefined && keys.length === 0) {
    throw fault('InvalidInput', 'An assertion encryption mode needs a private key.');
  }
};
