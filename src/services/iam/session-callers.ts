import type { Caller, SessionFacts, SessionIssuer } from '../../kernel/caller.ts';
import type { SessionClaims } from '../../kernel/session-token.ts';
import type { Transaction } from '../../store/store.ts';
import { rootArn } from './accounts.ts';
import { type RoleRecord, roleArn, roles } from './roles.ts';
import { tagRecord } from './tags.ts';
import { type UserRecord, userArn, users } from './users.ts';

/**
 * The user or role that a session stands on, even when a user was given another name since.
 *
 * @returns undefined for sessions of root; `gone` when what the unique id names was deleted, also when its name is in use again
 */
export const findEntity = (tx: Transaction, claims: SessionClaims): UserRecord | RoleRecord | undefined | 'gone' => {
  const { kind, account, entityName, uniqueId } = claims;
  if (entityName === undefined || uniqueId === undefined) return undefined;
  if (kind === 'assumed-role') {
    const role = roles.find(tx, account, entityName);
    return role?.roleId === uniqueId ? role : 'gone';
  }
  const user = users.find(tx, account, entityName);
  return user?.userId === uniqueId ? user : (users.findById(tx, uniqueId) ?? 'gone');
};

/** Who a session makes the caller. */
export const sessionCaller = (
  claims: SessionClaims,
  entity: UserRecord | RoleRecord | undefined,
  accessKeyId: string,
): Caller => {
  const { principal, issuer } = principalOf(claims, entity);
  return {
    ...principal,
    accessKeyId,
    session: factsOf(claims, issuer),
    ...(claims.unverified && { unverified: true }),
  };
};

interface SessionPrincipal {
  readonly principal: Caller;
  readonly issuer?: SessionIssuer;
}

const principalOf = (claims: SessionClaims, entity: UserRecord | RoleRecord | undefined): SessionPrincipal => {
  if (claims.kind === 'federated-user') return federatedPrincipal(claims, entity as UserRecord | undefined);
  if (!entity) return { principal: rootPrincipal(claims.account) };
  return 'roleId' in entity ? rolePrincipal(claims, entity) : { principal: userPrincipal(entity) };
};

/** An account's root user as the principal of a request. */
export const rootPrincipal = (account: string): Caller => ({
  kind: 'root',
  account,
  arn: rootArn(account),
  userId: account,
});

/** A user as the principal of a request. */
export const userPrincipal = (user: UserRecord): Caller => ({
  kind: 'user',
  account: user.account,
  arn: userArn(user),
  userId: user.userId,
  userName: user.userName,
  uniqueId: user.userId,
  tags: tagRecord(user.tags),
});

/** `arn:aws:sts::111122223333:assumed-role/name/session`; the role's path is left out. */
export const assumedRoleArn = ({ account, roleName }: RoleRecord, sessionName: string): string =>
  `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;

const rolePrincipal = ({ sessionName, tags = {} }: SessionClaims, role: RoleRecord): SessionPrincipal => ({
  principal: {
    kind: 'assumed-role',
    account: role.account,
    arn: assumedRoleArn(role, sessionName!),
    userId: `${role.roleId}:${sessionName}`,
    roleArn: roleArn(role),
    uniqueId: role.roleId,
    tags: overridden(tagRecord(role.tags), tags),
  },
  issuer: { type: 'Role', uniqueId: role.roleId, arn: roleArn(role), userName: role.roleName },
});

const federatedPrincipal = (
  { account, sessionName, tags = {} }: SessionClaims,
  user: UserRecord | undefined,
): SessionPrincipal => ({
  principal: {
    kind: 'federated-user',
    account,
    arn: `arn:aws:sts::${account}:federated-user/${sessionName}`,
    userId: `${account}:${sessionName}`,
    ...(user && { federatedBy: { arn: userArn(user), uniqueId: user.userId } }),
    tags: user ? overridden(tagRecord(user.tags), tags) : tags,
  },
  issuer: user
    ? { type: 'IAMUser', uniqueId: user.userId, arn: userArn(user), userName: user.userName }
    : { type: 'Root', uniqueId: account, arn: rootArn(account) },
});

/** Session tags override the tags of the entity; keys compare without case. */
const overridden = (
  own: Readonly<Record<string, string>>,
  session: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const replaced = new Set(Object.keys(session).map((key) => key.toLowerCase()));
  const kept = Object.entries(own).filter(([key]) => !replaced.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...session };
};

const factsOf = (claims: SessionClaims, issuer: SessionIssuer | undefined): SessionFacts => ({
  issuedAt: new Date(claims.issuedAt * 1000),
  expiresAt: new Date(claims.expiresAt * 1000),
  ...(claims.mfaAuthenticatedAt !== undefined && { mfaAuthenticatedAt: new Date(claims.mfaAuthenticatedAt * 1000) }),
  ...(claims.sourceIdentity !== undefined && { sourceIdentity: claims.sourceIdentity }),
  ...(claims.policies && { policies: claims.policies }),
  ...(claims.delegate !== undefined && { delegate: claims.delegate }),
  ...(claims.transitiveTagKeys && { transitiveTagKeys: claims.transitiveTagKeys }),
  ...(claims.federatedProvider !== undefined && { federatedProvider: claims.federatedProvider }),
  ...(claims.federatedConditions && { federatedConditions: claims.federatedConditions }),
  ...(issuer && { issuer }),
});
