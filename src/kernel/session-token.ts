import { randomBytes } from '../crypto/random.ts';
import type { KeyWrap } from '../store/store.ts';
import { newAccessKeyId } from './access-key-id.ts';

/** Who a session acts for and how long; what a session token says about itself. */
export interface SessionClaims {
  readonly kind: 'root' | 'user';
  readonly account: string;
  /** Users only: the name and the unique id, which must still belong together. */
  readonly userName?: string;
  readonly uniqueId?: string;
  /** The long-term key that asked for the session; the session dies with it. Absent for keys that open mode took on trust. */
  readonly parentAccessKeyId?: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970; the session is over at this moment. */
  readonly expiresAt: number;
  /** Seconds since 1970; absent: no MFA. */
  readonly mfaAuthenticatedAt?: number;
}

/** What a client needs to use a session; the secret and the token are known to the client only. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A token that proved genuine. The caller clears `secret` (the secret access key's 40 characters) after use. */
export interface OpenedSession {
  readonly claims: SessionClaims;
  readonly secret: Buffer;
}

/**
 * Issues and opens self-contained session tokens (`docs/formats/session-token.md`): everything that verifies a request of
 * the session is sealed in the token itself, so no record is read or kept.
 */
export class SessionTokens {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('sts.session-token')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /** Starts a session with a new key. */
  issue(claims: SessionClaims): SessionCredentials {
    const accessKeyId = newAccessKeyId('ASIA', claims.account);
    const secret = randomBytes(secretBytes);
    const plaintext = Buffer.concat([Buffer.of(version), secret, Buffer.from(JSON.stringify(claims))]);
    const credentials = {
      accessKeyId,
      secretAccessKey: secret.toString('base64'),
      sessionToken: this.#wrap.wrap(plaintext, accessKeyId),
    };
    secret.fill(0);
    plaintext.fill(0);
    return credentials;
  }

  /**
   * @param accessKeyId the key the request was signed with; a token opens only for its own
   * @returns undefined for anything this server did not issue for that key; expiry is for the caller to judge
   */
  open(accessKeyId: string, sessionToken: string): OpenedSession | undefined {
    const plaintext = this.#unwrap(sessionToken, accessKeyId);
    if (!plaintext || plaintext[0] !== version) return undefined;
    const secret = Buffer.from(plaintext.toString('base64', 1, 1 + secretBytes), 'latin1');
    const claims = JSON.parse(plaintext.toString('utf8', 1 + secretBytes)) as SessionClaims;
    plaintext.fill(0);
    return { claims, secret };
  }

  #unwrap(sessionToken: string, accessKeyId: string): Buffer | undefined {
    try {
      return this.#wrap.unwrap(sessionToken, accessKeyId);
    } catch {
      // Not ours, altered, or another key's: to the client all of these are one answer, "invalid".
      return undefined;
    }
  }
}

const version = 1;
const secretBytes = 30;
