import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { randomUuid } from '../../crypto/random.ts';
import { collection } from '../../store/collection.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import { timestamp } from './names.ts';

/** Algorithms of web identity tokens. @see RFC 7518 §3.1 */
export type TokenAlgorithm = 'RS256' | 'ES384';

/** An account's own issuer of web identity tokens; there is one as soon as the account enabled them once. */
export interface Issuer {
  readonly account: string;
  /** UUID in the issuer's URL; stays the same when the feature is disabled and enabled again. */
  readonly issuerId: string;
  readonly enabled: boolean;
  readonly keys: readonly IssuerKey[];
}

interface IssuerKey {
  readonly keyId: string;
  readonly algorithm: TokenAlgorithm;
  readonly publicKey: JsonWebKey;
  /** PKCS #8, wrapped with `keyId` as context. */
  readonly wrappedKey: string;
  readonly createdAt: string;
}

const records = collection<Issuer>('iam.web-identity-issuers', {
  key: ['account'],
  indexes: { issuerId: ({ issuerId }) => [issuerId] },
});

/** Outbound web identity federation: the issuers of accounts, and what they sign. */
export class OutboundFederation {
  readonly #wrap: KeyWrap;
  #prefix = 'http://localhost/';
  readonly #opened = new WeakMap<IssuerKey, KeyObject>();

  /** @param wrap `store.keyWrap('iam.web-identity-key')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /** Says where others find the discovery documents of issuers: this and the issuer's id. */
  publishUnder(prefix: string): void {
    this.#prefix = prefix;
  }

  /** @returns undefined where the account has not enabled federation */
  findEnabled(tx: Transaction, account: string): Issuer | undefined {
    const issuer = records.find(tx, [account]);
    return issuer?.enabled ? issuer : undefined;
  }

  /** The issuer's keys also while it is disabled: tokens that it signed before stay valid. */
  findById(tx: Transaction, issuerId: string): Issuer | undefined {
    return records.listBy(tx, 'issuerId', [issuerId])[0];
  }

  /** Enables federation; the account's first time makes its issuer and keys. */
  async enable(tx: Transaction, account: string, now: Date): Promise<Issuer> {
    const known = records.find(tx, [account]);
    const keys = known?.keys ?? (await Promise.all([this.#newKey('RS256', now), this.#newKey('ES384', now)]));
    const issuer = { account, issuerId: known?.issuerId ?? randomUuid(), enabled: true, keys };
    records.put(tx, [account], issuer);
    return issuer;
  }

  disable(tx: Transaction, issuer: Issuer): void {
    records.put(tx, [issuer.account], { ...issuer, enabled: false });
  }

  /** The `iss` of the account's tokens. */
  urlOf({ issuerId }: Issuer): string {
    return `${this.#prefix}${issuerId}`;
  }

  /** Signs claims as a JSON Web Token. @see RFC 7515 §5.1, RFC 7518 §3.3, §3.4 */
  sign({ keys }: Issuer, algorithm: TokenAlgorithm, claims: object): string {
    const key = keys.findLast((candidate) => candidate.algorithm === algorithm)!;
    const text = [{ alg: algorithm, kid: key.keyId, typ: 'JWT' }, claims].map(encodePart).join('.');
    const signature = sign(digests[algorithm], Buffer.from(text), { key: this.#open(key), dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }

  #open(key: IssuerKey): KeyObject {
    let opened = this.#opened.get(key);
    if (!opened) {
      const der = this.#wrap.unwrap(key.wrappedKey, key.keyId);
      opened = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      der.fill(0);
      this.#opened.set(key, opened);
    }
    return opened;
  }

  async #newKey(algorithm: TokenAlgorithm, now: Date): Promise<IssuerKey> {
    const { privateKey } = await generators[algorithm]();
    const keyId = randomUuid();
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    const wrappedKey = this.#wrap.wrap(der, keyId);
    der.fill(0);
    const publicKey = createPublicKey(privateKey).export({ format: 'jwk' });
    return { keyId, algorithm, publicKey, wrappedKey, createdAt: timestamp(now) };
  }
}

/** The public keys of an issuer, as verifiers fetch them. @see RFC 7517 §5 */
export const keySetOf = ({ keys }: Issuer): { readonly keys: readonly JsonWebKey[] } => ({
  keys: keys.map(({ keyId, algorithm, publicKey }) => ({ ...publicKey, kid: keyId, alg: algorithm, use: 'sig' })),
});

const generate = promisify(generateKeyPair);

const generators: Readonly<Record<TokenAlgorithm, () => Promise<{ readonly privateKey: KeyObject }>>> = {
  RS256: () => generate('rsa', { modulusLength: 2048 }),
  ES384: () => generate('ec', { namedCurve: 'P-384' }),
};

const digests: Readonly<Record<TokenAlgorithm, string>> = { RS256: 'sha256', ES384: 'sha384' };

const encodePart = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
