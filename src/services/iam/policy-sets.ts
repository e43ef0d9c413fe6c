import type { Caller, PrincipalPolicies, SessionPolicies } from '../../kernel/caller.ts';
import { type CompiledPolicy, compilePolicy, parsePolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { type GroupRecord, groups } from './groups.ts';
import { defaultVersion, type ManagedPolicy, policies } from './policies.ts';
import { compileDocument } from './policy-documents.ts';
import { type AttachedPolicy, groupHolder, type PolicyHolder, roleHolder, userHolder } from './policy-holders.ts';
import { type RoleRecord, roles } from './roles.ts';
import { type UserRecord, users } from './users.ts';

/** What is derived from a record holds as long as every other record it was derived from is the same. */
interface Derived {
  readonly set: PrincipalPolicies;
  readonly sources: readonly Source[];
}

/** A managed policy or a group as it was, and the way to look at it again. */
interface Source {
  readonly seen: object | undefined;
  find(tx: Transaction): object | undefined;
}

const ofHolder = new WeakMap<UserRecord | RoleRecord, Derived>();
const ofSession = new WeakMap<Caller, Derived & { readonly base: PrincipalPolicies }>();
const ofManagedPolicy = new WeakMap<ManagedPolicy, CompiledPolicy>();
const nothing: PrincipalPolicies = { identity: [] };

/**
 * The identity-side policies of a caller, compiled; remembered by the records they come from. A caller whose user or role
 * is gone has none.
 *
 * @see Identities.policiesOf
 */
export const policiesOf = (tx: Transaction, caller: Caller): PrincipalPolicies => {
  switch (caller.kind) {
    case 'user': {
      const user = users.find(tx, caller.account, caller.userName!);
      // Sessions of users are narrowed where they were delegated.
      return user && user.userId === caller.uniqueId
        ? narrowed(tx, caller, policiesOfUser(tx, user), caller.session?.policies)
        : nothing;
    }
    case 'assumed-role': {
      const role = roles.find(tx, caller.account, caller.session!.issuer!.userName!);
      if (!role || role.roleId !== caller.uniqueId) return nothing;
      return narrowed(tx, caller, policiesOfRole(tx, role), caller.session?.policies);
    }
    case 'federated-user':
      // Without session policies a federated user may do nothing, except where a resource policy names it.
      return narrowed(tx, caller, policiesOfIssuer(tx, caller), caller.session?.policies ?? noSessionPolicies);
    case 'root':
      // A task policy of AssumeRoot only denies: what it leaves, root may.
      return narrowed(
        tx,
        caller,
        nothing,
        caller.session?.policies,
        caller.session?.delegate === undefined ? everything.identity : [],
      );
    default:
      return nothing;
  }
};

/** The identity-side policies of a user with those of its groups, compiled. */
export const policiesOfUser = (tx: Transaction, user: UserRecord): PrincipalPolicies => {
  const known = remembered(tx, user);
  if (known) return known;
  const inGroups = user.groupNames.map((name) => groupSource(tx, user.account, name));
  const ofGroups = inGroups.flatMap(({ seen }) => (seen ? [seen] : []));
  return remember(user, derive(tx, [userHolder(user), ...ofGroups.map(groupHolder)], inGroups));
};

/** The identity-side policies of a role, compiled. */
export const policiesOfRole = (tx: Transaction, role: RoleRecord): PrincipalPolicies =>
  remembered(tx, role) ?? remember(role, derive(tx, [roleHolder(role)], []));

const remembered = (tx: Transaction, holder: UserRecord | RoleRecord): PrincipalPolicies | undefined => {
  const known = ofHolder.get(holder);
  return known && isCurrent(tx, known) ? known.set : undefined;
};

const remember = (holder: UserRecord | RoleRecord, derived: Derived): PrincipalPolicies => {
  ofHolder.set(holder, derived);
  return derived.set;
};

const isCurrent = (tx: Transaction, { sources }: Derived): boolean => {
  for (const source of sources) if (source.find(tx) !== source.seen) return false;
  return true;
};

/** @param holders first who is bounded, then those whose policies it has, too */
const derive = (tx: Transaction, holders: readonly PolicyHolder[], sources: readonly Source[]): Derived => {
  const attached = holders.flatMap(({ held }) => managedSources(tx, held.attachedPolicies));
  const bound = holders[0]!.held.permissionsBoundary;
  const boundary = bound === undefined ? undefined : [managedSource(tx, bound)];
  const inline = holders.flatMap(({ kind, name, held }) =>
    held.inlinePolicies.map(({ document, policyName }) =>
      compileDocument(document, `${kind.toLowerCase()}_${name}_${policyName}`),
    ),
  );
  return {
    set: {
      identity: [...inline, ...attached.flatMap(compiled)],
      // A boundary whose policy were missing bounds to nothing.
      ...(boundary && { boundary: boundary.flatMap(compiled) }),
    },
    sources: [...sources, ...attached, ...(boundary ?? [])],
  };
};

/** The policies of a group by itself, for simulations. */
export const policiesOfGroup = (tx: Transaction, group: GroupRecord): PrincipalPolicies =>
  derive(tx, [groupHolder(group)], []).set;

/**
 * A set narrowed by the session policies of one session; remembered by the session's caller.
 *
 * @param besides session policies that are there whatever the session names
 */
const narrowed = (
  tx: Transaction,
  caller: Caller,
  base: PrincipalPolicies,
  session: SessionPolicies | undefined,
  besides: readonly CompiledPolicy[] = [],
): PrincipalPolicies => {
  if (!session) return base;
  const known = ofSession.get(caller);
  if (known && known.base === base && isCurrent(tx, known)) return known.set;
  const managed = session.arns.map((arn) => managedSource(tx, arn));
  const inline = session.documents.map((document) => compileDocument(document, 'session policy'));
  const set: PrincipalPolicies = {
    ...base,
    session: [...besides, ...inline, ...managed.flatMap(compiled)],
    ...(caller.session?.delegate !== undefined && { delegated: true }),
  };
  ofSession.set(caller, { set, base, sources: managed });
  return set;
};

const noSessionPolicies: SessionPolicies = { documents: [], arns: [] };

/** What the user or root behind a federated user may do. */
const policiesOfIssuer = (tx: Transaction, { account, session }: Caller): PrincipalPolicies => {
  const { type, userName, uniqueId } = session!.issuer!;
  if (type === 'Root') return everything;
  const user = users.find(tx, account, userName!);
  return user?.userId === uniqueId ? policiesOfUser(tx, user) : nothing;
};

const everything: PrincipalPolicies = {
  identity: [
    compilePolicy(
      parsePolicy('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', 'identity'),
      'root',
    ),
  ],
};

interface ManagedSource extends Source {
  readonly seen: ManagedPolicy | undefined;
}

const managedSource = (tx: Transaction, arn: string): ManagedSource => {
  const find = policies.finder(arn);
  return { seen: find(tx), find };
};

const managedSources = (tx: Transaction, attached: readonly AttachedPolicy[]): readonly ManagedSource[] =>
  attached.map(({ policyArn }) => managedSource(tx, policyArn));

const groupSource = (
  tx: Transaction,
  account: string,
  groupName: string,
): Source & { readonly seen: GroupRecord | undefined } => ({
  seen: groups.find(tx, account, groupName),
  find: (later) => groups.find(later, account, groupName),
});

const compiled = ({ seen }: ManagedSource): readonly CompiledPolicy[] => (seen ? [compileManaged(seen)] : []);

const compileManaged = (policy: ManagedPolicy): CompiledPolicy => {
  const known = ofManagedPolicy.get(policy);
  if (known) return known;
  const compiledNow = compileDocument(defaultVersion(policy).document, policy.arn);
  ofManagedPolicy.set(policy, compiledNow);
  return compiledNow;
};
