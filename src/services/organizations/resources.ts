import type { Resource } from '../../kernel/operation.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, type MemberRecord } from './accounts.ts';
import { arns } from './arns.ts';
import type { OrganizationRecord } from './organizations.ts';
import { type PolicyRecord, policies } from './policies.ts';
import { type UnitRecord, units } from './units.ts';

/** Something in an organization, as policies see it. */
export interface InOrganization extends Resource {
  readonly organization: OrganizationRecord;
}

/** What policies are attached to: the root, an OU or an account. */
export interface TargetResource extends InOrganization {
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  readonly id: string;
  readonly name: string;
  /** What it is directly below; absent: the root. */
  readonly parentId?: string;
}

/** What may have children. */
export interface ParentResource extends TargetResource {
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT';
}

/** An OU. */
export interface UnitResource extends ParentResource {
  readonly kind: 'ORGANIZATIONAL_UNIT';
  readonly record: UnitRecord;
}

/** A member account. */
export interface AccountResource extends TargetResource {
  readonly kind: 'ACCOUNT';
  readonly record: MemberRecord;
}

/** A policy. */
export interface PolicyResource extends InOrganization {
  readonly record: PolicyRecord;
}

/** The root of an organization. */
const rootResource = (organization: OrganizationRecord): ParentResource => ({
  kind: 'ROOT',
  id: organization.rootId,
  name: 'Root',
  arn: arns.root(organization, organization.rootId),
  account: organization.managementAccount,
  type: 'AWS::Organizations::Root',
  tags: organization.rootTags,
  organization,
});

const unitResource = (organization: OrganizationRecord, record: UnitRecord): UnitResource => ({
  kind: 'ORGANIZATIONAL_UNIT',
  id: record.id,
  name: record.name,
  parentId: record.parentId,
  arn: arns.unit(organization, record.id),
  account: organization.managementAccount,
  type: 'AWS::Organizations::OrganizationalUnit',
  tags: record.tags,
  organization,
  record,
});

const accountResource = (organization: OrganizationRecord, record: MemberRecord): AccountResource => ({
  kind: 'ACCOUNT',
  id: record.account,
  name: record.name,
  parentId: record.membership.parentId,
  arn: arns.account(organization, record.account),
  account: organization.managementAccount,
  type: 'AWS::Organizations::Account',
  tags: record.membership.tags,
  organization,
  record,
});

/** A policy as a resource. */
export const policyResource = (organization: OrganizationRecord, record: PolicyRecord): PolicyResource => ({
  arn: record.awsManaged ? arns.awsPolicy(record.type, record.id) : arns.policy(organization, record.type, record.id),
  account: organization.managementAccount,
  type: 'AWS::Organizations::Policy',
  tags: record.tags,
  conditions: () => ({ 'organizations:PolicyType': record.type }),
  organization,
  record,
});

/** The organization's resource policy, as something that is itself protected. */
export const resourcePolicyResource = (organization: OrganizationRecord): InOrganization => ({
  // One that is to be made has no id yet.
  arn: arns.resourcePolicy(organization, organization.resourcePolicy?.id ?? 'rp-*'),
  account: organization.managementAccount,
  type: 'AWS::Organizations::ResourcePolicy',
  tags: organization.resourcePolicy?.tags ?? {},
  organization,
});

/** Finds things of an organization by their id. */
export const find = {
  root: (_tx: Transaction, organization: OrganizationRecord, id: string): ParentResource | undefined =>
    id === organization.rootId ? rootResource(organization) : undefined,

  unit: (tx: Transaction, organization: OrganizationRecord, id: string): UnitResource | undefined => {
    const record = units.find(tx, organization.id, id);
    return record && unitResource(organization, record);
  },

  account: (tx: Transaction, organization: OrganizationRecord, id: string): AccountResource | undefined => {
    const record = accounts.findMember(tx, organization.id, id);
    return record && accountResource(organization, record);
  },

  parent: (tx: Transaction, organization: OrganizationRecord, id: string): ParentResource | undefined =>
    find.root(tx, organization, id) ?? find.unit(tx, organization, id),

  target: (tx: Transaction, organization: OrganizationRecord, id: string): TargetResource | undefined =>
    find.parent(tx, organization, id) ?? find.account(tx, organization, id),

  policy: (tx: Transaction, organization: OrganizationRecord, id: string): PolicyResource | undefined => {
    const record = policies.find(tx, organization.id, id);
    return record && policyResource(organization, record);
  },
} as const;
