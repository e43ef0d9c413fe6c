import type { Caller, Credential } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { SessionClaims, SessionTokens } from '../../kernel/session-token.ts';
import type { Principal } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { parseUserArn } from './access.ts';
import type { AccessKeyRecord, AccessKeys } from './access-keys.ts';
import type { RoleRecord } from './roles.ts';
import { findEntity, rootPrincipal, sessionCaller, userPrincipal } from './session-callers.ts';
import { SigningKeys } from './signing-keys.ts';
import { type UserRecord, users } from './users.ts';

/** Sessions remembered after their token was opened; the one used least recently is forgotten first. */
const maxSessions = 10_000;

/**
 * Turns access keys and session tokens into callers.
 *
 * Everything derived is remembered by the record it was derived from, so a cached key costs two lookups, and a change of
 * the key or its user is effective with the next request.
 */
export class Credentials {
  readonly #accessKeys: AccessKeys;
  readonly #tokens: SessionTokens;
  readonly #acceptsUnknownKeys: boolean;
  readonly #ofKey = new WeakMap<AccessKeyRecord, KeyCredential>();
  readonly #sessions = new Map<string, Session>();

  /** @param acceptsUnknownKeys open mode: sessions of keys that were taken on trust go on being trusted */
  constructor(accessKeys: AccessKeys, tokens: SessionTokens, acceptsUnknownKeys: boolean) {
    this.#accessKeys = accessKeys;
    this.#tokens = tokens;
    this.#acceptsUnknownKeys = acceptsUnknownKeys;
  }

  /** @see Identities.findCredential */
  find(tx: Transaction, accessKeyId: string, token: string | undefined, now: Date): Credential | undefined {
    return token === undefined ? this.#longTerm(tx, accessKeyId) : this.#temporary(tx, accessKeyId, token, now);
  }

  #longTerm(tx: Transaction, accessKeyId: string): KeyCredential | undefined {
    const record = this.#accessKeys.find(tx, accessKeyId);
    if (!record) return undefined;
    const user = record.owner.kind === 'user' ? findSameUser(tx, record.account, record.owner) : undefined;
    if (record.owner.kind === 'user' && !user) return undefined;

    const known = this.#ofKey.get(record);
    if (known && known.entity === user) return known;
    const keys = known?.keys ?? new SigningKeys(() => this.#accessKeys.unwrapSecret(record));
    const caller: Caller = { ...(user ? userPrincipal(user) : rootPrincipal(record.account)), accessKeyId };
    const credential = new KeyCredential(caller, record.status === 'Active', keys, user);
    this.#ofKey.set(record, credential);
    return credential;
  }

  #temporary(tx: Transaction, accessKeyId: string, token: string, now: Date): KeyCredential | undefined {
    const session = this.#openSession(accessKeyId, token);
    if (!session) return undefined;
    const { claims } = session;
    if (now.getTime() >= claims.expiresAt * 1000) {
      throw fault('ExpiredToken', 'The security token included in the request is expired');
    }
    if (!this.#isParentAlive(tx, claims)) return undefined;
    const entity = findEntity(tx, claims);
    if (entity === 'gone') return undefined;

    if (session.credential && session.credential.entity === entity) return session.credential;
    session.credential = new KeyCredential(sessionCaller(claims, entity, accessKeyId), true, session.keys, entity);
    return session.credential;
  }

  /** A session of a user or root lives as long as the key that asked for it is active. */
  #isParentAlive(tx: Transaction, { unverified, parentAccessKeyId }: SessionClaims): boolean {
    if (unverified) return this.#acceptsUnknownKeys;
    return parentAccessKeyId === undefined || this.#accessKeys.find(tx, parentAccessKeyId)?.status === 'Active';
  }

  #openSession(accessKeyId: string, token: string): Session | undefined {
    const id = `${accessKeyId} ${token}`;
    const known = this.#sessions.get(id);
    if (known) {
      if (this.#sessions.size > maxSessions / 2) {
        this.#sessions.delete(id);
        this.#sessions.set(id, known);
      }
      return known;
    }
    const opened = this.#tokens.open(accessKeyId, token);
    if (!opened) return undefined;
    opened.secret.fill(0);
    const session = {
      claims: opened.claims,
      keys: new SigningKeys(() => this.#tokens.open(accessKeyId, token)!.secret),
    };
    if (this.#sessions.size >= maxSessions) this.#sessions.delete(this.#sessions.keys().next().value!);
    this.#sessions.set(id, session);
    return session;
  }
}

/** A credential with what it was derived from. */
class KeyCredential implements Credential {
  readonly caller: Caller;
  readonly active: boolean;
  readonly keys: SigningKeys;
  readonly entity: Entity;

  constructor(caller: Caller, active: boolean, keys: SigningKeys, entity: Entity) {
    this.caller = caller;
    this.active = active;
    this.keys = keys;
    this.entity = entity;
  }

  signingKey(date: string, region: string, service: string): ReturnType<SigningKeys['get']> {
    return this.keys.get(date, region, service);
  }
}

/** The user or role that a credential stands for; undefined: root. */
type Entity = UserRecord | RoleRecord | undefined;

interface Session {
  readonly claims: SessionClaims;
  readonly keys: SigningKeys;
  credential?: KeyCredential;
}

/** The user of that name, unless it is another one than the unique id says. */
const findSameUser = (
  tx: Transaction,
  account: string,
  { userName, userId }: { readonly userName: string; readonly userId: string },
): UserRecord | undefined => {
  const user = users.find(tx, account, userName);
  return user?.userId === userId ? user : undefined;
};

/**
 * The user with that ARN as the principal of a request that is only simulated. Of users of other accounts nothing is known
 * but the ARN, not even whether they exist.
 *
 * @param asking the account that simulates
 * @throws {Fault} `InvalidInput`
 */
export const getSimulatedCaller = (tx: Transaction, asking: string, callerArn: string): Principal => {
  const { account, userName } = parseUserArn(callerArn);
  if (account !== asking) return { kind: 'user', account, arn: callerArn, userId: '*', userName };
  const user = users.find(tx, account, userName);
  if (!user) throw fault('InvalidInput', `Invalid Entity Arn: ${callerArn} does not exist.`);
  return userPrincipal(user);
};
