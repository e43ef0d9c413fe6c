import type { Principals } from '../../kernel/principals.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, rootArn } from './accounts.ts';
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
    const { account, kind, name } = parsePrincipal(principal);
    if (kind === 'user') return findUserId(tx, account, name, principal);
    if (!kind || !(everyAccountExists || accounts.find(tx, account))) return undefined;
    return kind === 'root' ? rootArn(account) : principal;
  },

  toDisplayed: (tx, stored) => {
    const user = stored.startsWith('AIDA') ? users.findById(tx, stored) : undefined;
    return user ? userArn(user) : stored;
  },
});

/** Kinds of principals that can be named; root stands for its account. */
type NamedKind = 'root' | 'user' | 'federated-user';

/** `kind` is undefined for what names no principal. */
const parsePrincipal = (principal: string): { account: string; kind: NamedKind | undefined; name: string } => {
  if (/^\d{12}$/.test(principal)) return { account: principal, kind: 'root', name: '' };
  const [, service, account = '', resource = ''] = /^arn:aws:(iam|sts)::(\d{12}):(.+)$/.exec(principal) ?? [];
  const slash = resource.indexOf('/');
  const type = slash < 0 ? resource : resource.slice(0, slash);
  const kind = kinds[`${service}:${type}`];
  return { account, kind, name: resource.slice(resource.lastIndexOf('/') + 1) };
};

const kinds: Readonly<Record<string, NamedKind>> = {
  'iam:root': 'root',
  'iam:user': 'user',
  'sts:federated-user': 'federated-user',
};

const findUserId = (tx: Transaction, account: string, userName: string, arn: string): string | undefined => {
  const user = users.find(tx, account, userName);
  return user && userArn(user) === arn ? user.userId : undefined;
};
