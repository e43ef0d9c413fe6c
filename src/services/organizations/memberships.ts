import type { ControlLevels, Membership, Organizations } from '../../kernel/organizations.ts';
import { type CompiledPolicy, compilePolicy, parsePolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { type AccountRecord, accounts, isMember, type MemberRecord } from './accounts.ts';
import { arns } from './arns.ts';
import { attachments } from './attachments.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { type PolicyRecord, policies } from './policies.ts';
import { lineageOf } from './tree.ts';

/** What everybody else asks of organizations, remembered as long as account and organization are the same records. */
export const memberships = (): Organizations => {
  const known = new WeakMap<AccountRecord, { readonly of: OrganizationRecord; readonly membership: Membership }>();
  // One request asks several times about its caller's account. INVARIANT: only operations of Organizations change what is
  // looked up here, and nobody asks any more in the transaction that does.
  let last: Found | undefined;
  const found = (tx: Transaction, account: string): Found => {
    if (last?.tx !== tx || last.account !== account) last = { tx, account, record: accounts.find(tx, account) };
    return last;
  };
  const membershipOf = (tx: Transaction, record: MemberRecord): Membership => {
    const organization = organizations.get(tx, record.membership.organizationId);
    const derived = known.get(record);
    if (derived?.of === organization) return derived.membership;
    const membership = derive(tx, organization, record);
    known.set(record, { of: organization, membership });
    return membership;
  };
  return {
    membershipOf: (tx, account) => {
      const asked = found(tx, account);
      if (!asked.record || !isMember(asked.record)) return undefined;
      asked.membership ??= membershipOf(tx, asked.record);
      return asked.membership;
    },
    isClosed: (tx, account) => {
      const { record } = found(tx, account);
      return record !== undefined && record.state !== 'ACTIVE';
    },
  };
};

/** What the last question found. */
interface Found {
  readonly tx: Transaction;
  readonly account: string;
  readonly record: AccountRecord | undefined;
  membership?: Membership;
}

const derive = (tx: Transaction, organization: OrganizationRecord, member: MemberRecord): Membership => {
  const { account, membership } = member;
  const lineage = lineageOf(tx, organization, membership.parentId);
  const isManagement = account === organization.managementAccount;
  const levels = [...lineage, account];
  return {
    organizationId: organization.id,
    managementAccount: organization.managementAccount,
    isManagement,
    path: `${[organization.id, ...lineage].join('/')}/`,
    active: member.state === 'ACTIVE',
    allFeatures: organization.featureSet === 'ALL',
    trustedServices: organization.services.map(({ principal }) => principal),
    delegatedServices: membership.delegations.map(({ principal }) => principal),
    ...(!isManagement && {
      ...controls(tx, organization, levels, 'SERVICE_CONTROL_POLICY', 'scps'),
      ...controls(tx, organization, levels, 'RESOURCE_CONTROL_POLICY', 'rcps'),
    }),
  };
};

const controls = (
  tx: Transaction,
  organization: OrganizationRecord,
  targetIds: readonly string[],
  type: keyof typeof kinds,
  member: 'scps' | 'rcps',
): { readonly [M in typeof member]?: ControlLevels } => {
  if (!organization.policyTypes.includes(type)) return {};
  const levels = targetIds.map((targetId) =>
    attachments
      .ofTarget(tx, organization.id, targetId)
      .filter((attachment) => attachment.type === type)
      .map(({ policyId }) => compiled(policies.find(tx, organization.id, policyId)!, organization)),
  );
  return { [member]: levels };
};

const kinds = { SERVICE_CONTROL_POLICY: 'scp', RESOURCE_CONTROL_POLICY: 'rcp' } as const;

const compiledPolicies = new WeakMap<PolicyRecord, CompiledPolicy>();

/** A control policy, compiled; remembered by its record. */
const compiled = (policy: PolicyRecord, organization: OrganizationRecord): CompiledPolicy => {
  let known = compiledPolicies.get(policy);
  if (!known) {
    const { type, id, content, awsManaged } = policy;
    const source = awsManaged ? arns.awsPolicy(type, id) : arns.policy(organization, type, id);
    known = compilePolicy(parsePolicy(content, kinds[type as keyof typeof kinds]), source);
    compiledPolicies.set(policy, known);
  }
  return known;
};
