import type { Call } from '../../kernel/call.ts';
import type { Caller } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { GrantMatch } from '../../policy/policy.ts';

/**
 * The stored form of a principal that a grant shall name. Services give grants to themselves, so only they name service
 * principals.
 *
 * @throws {Fault} InvalidArnException: no such principal
 */
export const acceptPrincipal = (name: string, { tx, via }: Call, principals: Principals): string => {
  if (via && servicePrincipal.test(name)) return name;
  const stored = principals.toStored(tx, name);
  if (stored === undefined) throw invalidPrincipal(name);
  return stored;
};

const servicePrincipal = /^[a-z0-9-]+(?:\.[a-z0-9-]+)?\.amazonaws\.com$/;

/** The error for a principal that does not exist. */
export const invalidPrincipal = (name: string) =>
  fault('InvalidArnException', `ARN does not refer to a valid principal: ${name}`);

/** Stored forms under which grants name a caller: itself, and its role; its account apart, for which policies decide. */
export const namesOf = (caller: Caller): { readonly own: readonly string[]; readonly account: string | undefined } => {
  const { kind, account, arn, uniqueId, roleArn } = caller;
  if (kind === 'anonymous' || kind === 'federated') return { own: [], account: undefined };
  if (kind === 'service') return { own: [arn], account: undefined };
  if (kind === 'root') return { own: [accountPrincipal(account)], account: undefined };
  const own = [uniqueId, arn, roleArn].filter((name) => name !== undefined);
  return { own, account: accountPrincipal(account) };
};

/** Stored form of an account as a whole. */
export const accountPrincipal = (account: string): string => `arn:aws:iam::${account}:root`;

/** How a grant's principal fits a caller. @param stored undefined: nobody */
export const matchPrincipal = (stored: string | undefined, caller: Caller): GrantMatch => {
  if (stored === undefined) return undefined;
  const { own, account } = namesOf(caller);
  if (own.includes(stored)) return 'principal';
  return stored === account ? 'account' : undefined;
};
