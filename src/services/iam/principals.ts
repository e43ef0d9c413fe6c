import type { Principals } from '../../kernel/principals.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, rootArn } from './accounts.ts';
import { roleArn, roles } from './roles.ts';
import { userArn, users } from './users.ts';

/**
 * The principals that exist, for the resource policies of other services.
 *
 * @param everyAccountExists open mode, where accounts come into being when they are first used
 */
export const iamPrincipals = (everyAccountExists: boolean): Principals => ({
  toStored: (tx, principal) => {
    if (principal === '*') return principal;
    if (principal.startsWith('AIDA')) return users.findById(tx, principal)?.userId;
    if (principal.startsWith('AROA')) return roles.findById(tx, principal)?.roleId;
    const { account, kind, name } = parsePrincipal(principal);
    if (kind === 'role') return roles.findByArn(tx, principal)?.roleId;
    if (kind === 'user') return findUserId(tx, account, name!, principal);
    if (!kind || !(everyAccountExists || accounts.find(tx, account))) return undefined;
    return kind === 'root' ? rootArn(account) : principal;
  },

  toDisplayed: (tx, stored) => {
    const user = stored.startsWith('AIDA') ? users.findById(tx, stored) : undefined;
    if (user) return userArn(user);
    const role = stored.startsWith('AROA') ? roles.findById(tx, stored) : undefined;
    return role ? roleArn(role) : stored;
  },
});

/** A principal as it is named; root stands for its account. */
interface NamedPrincipal {
  readonly account: string;
  /** undefined: the text names no principal. */
  readonly kind?: 'root' | 'user' | 'role' | 'federated-user' | 'assumed-role';
  readonly name?: string;
}

const parsePrincipal = (principal: string): NamedPrincipal => {
  if (/^\d{12}$/.test(principal)) return { account: principal, kind: 'root' };
  const [, service, account = '', type = '', name] = arnForm.exec(principal) ?? [];
  if (service === 'iam' && type === 'root' && name === undefined) return { account, kind: 'root' };
  if (service === 'iam' && type === 'user' && name) return { account, kind: 'user', name };
  if (service === 'iam' && type === 'role' && name) return { account, kind: 'role', name };
  if (service === 'sts' && type === 'federated-user' && name) return { account, kind: 'federated-user', name };
  if (service === 'sts' && type === 'assumed-role' && name) return { account, kind: 'assumed-role', name };
  return { account };
};

/** Service, account, type and the name without its path. */
const arnForm = /^arn:aws:(iam|sts)::(\d{12}):([a-z-]+)(?:\/(?:.*\/)?([^/]+))?$/;

const findUserId = (tx: Transaction, account: string, userName: string, arn: string): string | undefined => {
  const user = users.find(tx, account, userName);
  return user && userArn(user) === arn ? user.userId : undefined;
};
