import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { randomBytes } from '../crypto/random.ts';
import type { KeyWrap } from '../store/store.ts';
import { newAccessKeyId } from './access-key-id.ts';
import type { SessionPolicies } from './caller.ts';

/** Who a session acts for and how long; what a session token says about itself. */
export interface SessionClaims {
  readonly kind: 'root' | 'user' | 'assumed-role' | 'federated-user';
  readonly account: string;
  /** Name and unique id of the user or role, which must still belong together; absent for root and what root issued. */
  readonly entityName?: string;
  readonly uniqueId?: string;
  /** Role sessions: the name of the session. Federated users: their name. */
  readonly sessionName?: string;
  /** The long-term key that asked for a session of a user or root; the session dies with it. */
  readonly parentAccessKeyId?: string;
  /** The session began with a key that open mode took on trust; it is worth nothing in enforced mode. */
  readonly unverified?: true;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970; the session is over at this moment. */
  readonly expiresAt: number;
  /** Seconds since 1970; absent: no MFA. */
  readonly mfaAuthenticatedAt?: number;
  readonly policies?: SessionPolicies;
  /** The account that the session was delegated to, by who it acts for. */
  readonly delegate?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  readonly federatedProvider?: string;
  readonly federatedConditions?: Readonly<Record<string, string | readonly string[]>>;
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
    const packed = deflateRawSync(JSON.stringify(claims));
    const plaintext = Buffer.concat([Buffer.of(version), secret, packed]);
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
    const plaintext = isCanonical(sessionToken) ? this.#wrap.findUnwrapped(sessionToken, accessKeyId) : undefined;
    if (!plaintext || plaintext[0] !== version) return undefined;
    const secret = Buffer.from(plaintext.toString('base64', 1, 1 + secretBytes), 'latin1');
    const claims = JSON.parse(inflateRawSync(plaintext.subarray(1 + secretBytes)).toString()) as SessionClaims;
    plaintext.fill(0);
    return { claims, secret };
  }
}

/** Decoding drops characters that stand for less than a byte: a token has one spelling only. */
const isCanonical = (token: string): boolean => Buffer.from(token, 'base64url').toString('base64url') === token;

const version = 2;
const secretBytes = 30;
