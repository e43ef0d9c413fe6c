import type { Caller, PrincipalPolicies } from '../../kernel/caller.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { defaultVersion, type ManagedPolicy, policies } from './policies.ts';
import { compileDocument } from './policy-documents.ts';
import { type UserRecord, users } from './users.ts';

/** What is derived from a user's record holds as long as every managed policy it was derived from is the same. */
interface Derived {
  readonly set: PrincipalPolicies;
  readonly sources: readonly Source[];
}

/** A managed policy as it was, and the way to look at it again. */
interface Source {
  readonly policy: ManagedPolicy | undefined;
  find(tx: Transaction): ManagedPolicy | undefined;
}

const ofUser = new WeakMap<UserRecord, Derived>();
const ofManagedPolicy = new WeakMap<ManagedPolicy, CompiledPolicy>();
const nothing: PrincipalPolicies = { identity: [] };

/**
 * The identity-side policies of a caller, compiled; remembered by the records they come from. A caller whose user is gone
 * has none.
 *
 * @see Identities.policiesOf
 */
export const policiesOf = (tx: Transaction, caller: Caller): PrincipalPolicies => {
  if (caller.kind !== 'user') return nothing;
  const user = users.find(tx, caller.account, caller.userName!);
  return user && user.userId === caller.uniqueId ? policiesOfUser(tx, user) : nothing;
};

/** The identity-side policies of a user, compiled. */
export const policiesOfUser = (tx: Transaction, user: UserRecord): PrincipalPolicies => {
  const known = ofUser.get(user);
  if (known?.sources.every(({ find, policy }) => find(tx) === policy)) return known.set;
  const derived = derive(tx, user);
  ofUser.set(user, derived);
  return derived.set;
};

const derive = (tx: Transaction, user: UserRecord): Derived => {
  const attached = user.attachedPolicies.map(({ policyArn }) => sourceOf(tx, policyArn));
  const boundary = user.permissionsBoundary === undefined ? undefined : [sourceOf(tx, user.permissionsBoundary)];
  const inline = user.inlinePolicies.map(({ document, policyName }) => compileDocument(document, policyName));
  return {
    set: {
      identity: [...inline, ...attached.flatMap(compiled)],
      // A boundary whose policy were missing bounds to nothing.
      ...(boundary && { boundary: boundary.flatMap(compiled) }),
    },
    sources: [...attached, ...(boundary ?? [])],
  };
};

const sourceOf = (tx: Transaction, arn: string): Source => {
  const find = policies.finder(arn);
  return { policy: find(tx), find };
};

const compiled = ({ policy }: Source): readonly CompiledPolicy[] => (policy ? [compileManaged(policy)] : []);

const compileManaged = (policy: ManagedPolicy): CompiledPolicy => {
  const known = ofManagedPolicy.get(policy);
  if (known) return known;
  const compiledNow = compileDocument(defaultVersion(policy).document, policy.arn);
  ofManagedPolicy.set(policy, compiledNow);
  return compiledNow;
};
