import { fault } from '../../kernel/fault.ts';
import type { Principals } from '../../kernel/principals.ts';
import {
  compileStored,
  displayStored,
  parseGiven,
  type StoredPolicy,
  storePolicy,
} from '../../kernel/stored-policy.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { countedLength } from './policy-documents.ts';
import { requireWithinQuota } from './quotas.ts';
import type { RoleRecord } from './roles.ts';

/**
 * Checks a trust policy that a request brings, and that the users, roles and accounts it names exist.
 *
 * @throws {Fault} `MalformedPolicyDocument`, `LimitExceeded`
 */
export const acceptTrustPolicy = (text: string, tx: Transaction, principals: Principals): StoredPolicy => {
  const policy = parseGiven(text, 'trust', malformed);
  requireWithinQuota('ACLSizePerRole', countedLength(text));
  return storePolicy(
    text,
    policy,
    (principal) => principals.toStored(tx, principal),
    (principal) => malformed(`Invalid principal in policy: "AWS":"${principal}"`),
  );
};

const malformed = (message: string, cause?: unknown) => fault('MalformedPolicyDocument', message, { cause });

const compiled = new WeakMap<RoleRecord, CompiledPolicy>();

/** A role's trust policy, compiled; remembered by the record. */
export const trustPolicyOf = (role: RoleRecord): CompiledPolicy => {
  let policy = compiled.get(role);
  if (!policy) {
    policy = compileStored(role.trustPolicy, 'trust');
    compiled.set(role, policy);
  }
  return policy;
};

/** The trust policy as GetRole shows it, before it is percent-encoded. */
export const displayTrustPolicy = (policy: StoredPolicy, tx: Transaction, principals: Principals): string =>
  displayStored(policy, tx, principals, (document) => JSON.stringify(document));
