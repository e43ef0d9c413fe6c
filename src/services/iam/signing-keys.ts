import { createHmac, type KeyObject } from 'node:crypto';
import { takeSecretKey } from '../../crypto/secret-key.ts';

/** Scopes remembered per access key; a client rarely uses more regions and services in a day. */
const maxScopes = 64;

/**
 * The SigV4 signing keys of one access key. Deriving one takes four HMACs and an unwrapped secret, using one takes a
 * lookup; the oldest scope is forgotten first. @see SigV4: "Derive a signing key"
 */
export class SigningKeys {
  readonly #readSecret: () => Buffer;
  readonly #keys = new Map<string, KeyObject>();
  #last: { date: string; region: string; service: string; key: KeyObject } | undefined;

  /** @param readSecret gives a copy of the secret access key, which is cleared after each use */
  constructor(readSecret: () => Buffer) {
    this.#readSecret = readSecret;
  }

  /** @param date `YYYYMMDD` */
  get(date: string, region: string, service: string): KeyObject {
    const last = this.#last;
    if (last && last.date === date && last.region === region && last.service === service) return last.key;
    const scope = `${date}/${region}/${service}`;
    const key = this.#keys.get(scope) ?? this.#derive(scope, date, region, service);
    this.#last = { date, region, service, key };
    return key;
  }

  #derive(scope: string, date: string, region: string, service: string): KeyObject {
    const secret = this.#readSecret();
    const initial = Buffer.concat([Buffer.from('AWS4'), secret]);
    secret.fill(0);
    const key = ['aws4_request', service, region, date].reduceRight(hmacKey, takeSecretKey(initial));
    if (this.#keys.size >= maxScopes) this.#keys.delete(this.#keys.keys().next().value!);
    this.#keys.set(scope, key);
    return key;
  }
}

const hmacKey = (key: KeyObject, text: string): KeyObject =>
  takeSecretKey(createHmac('sha256', key).update(text).digest());
