import type {
  Account,
  DelegatedAdministrator,
  Organization,
  OrganizationalUnit,
  Policy,
  PolicySummary,
  Root,
} from '@aws-sdk/client-organizations';
import type { Transaction } from '../../store/store.ts';
import { accounts, type MemberRecord } from './accounts.ts';
import { arns } from './arns.ts';
import type { OrganizationRecord } from './organizations.ts';
import type { PolicyRecord } from './policies.ts';
import { policyResource } from './resources.ts';
import { pathOf } from './tree.ts';
import type { UnitRecord } from './units.ts';

/** An organization as operations show it. SCPs always show as available there; the root says whether they are enabled. */
export const toOrganization = (tx: Transaction, organization: OrganizationRecord): Organization => {
  const { id, managementAccount, featureSet } = organization;
  return {
    Id: id,
    Arn: arns.organization(organization),
    FeatureSet: featureSet,
    MasterAccountArn: arns.account(organization, managementAccount),
    MasterAccountId: managementAccount,
    MasterAccountEmail: accounts.find(tx, managementAccount)!.email,
    AvailablePolicyTypes: featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
};

/** A root as operations show it. */
export const toRoot = (organization: OrganizationRecord): Root => ({
  Id: organization.rootId,
  Arn: arns.root(organization, organization.rootId),
  Name: 'Root',
  PolicyTypes: organization.policyTypes.map((Type) => ({ Type, Status: 'ENABLED' })),
});

/** An OU as operations show it. */
export const toUnit = (
  tx: Transaction,
  organization: OrganizationRecord,
  { id, name }: UnitRecord,
): OrganizationalUnit => ({
  Id: id,
  Arn: arns.unit(organization, id),
  Name: name,
  Path: pathOf(tx, organization, id),
});

/** An account as operations show it. */
export const toAccount = (tx: Transaction, organization: OrganizationRecord, member: MemberRecord): Account => ({
  ...toMember(organization, member),
  Paths: [`${pathOf(tx, organization, member.membership.parentId)}${member.account}/`],
});

const toMember = (organization: OrganizationRecord, { account, name, email, state, membership }: MemberRecord) => ({
  Id: account,
  Arn: arns.account(organization, account),
  Email: email,
  Name: name,
  // Status is the older member and does not know the last state.
  Status: state === 'CLOSED' ? ('SUSPENDED' as const) : state,
  State: state,
  JoinedMethod: membership.joinedMethod,
  JoinedTimestamp: new Date(membership.joinedAt),
});

/** A delegated administrator as operations show it. */
export const toDelegate = (organization: OrganizationRecord, member: MemberRecord): DelegatedAdministrator => ({
  ...toMember(organization, member),
  DelegationEnabledDate: new Date(Math.min(...member.membership.delegations.map(({ since }) => since))),
});

/** A policy as lists show it. */
export const toPolicySummary = (organization: OrganizationRecord, policy: PolicyRecord): PolicySummary => ({
  Id: policy.id,
  Arn: policyResource(organization, policy).arn,
  Name: policy.name,
  Description: policy.description,
  Type: policy.type,
  AwsManaged: policy.awsManaged,
});

/** A policy with its document. */
export const toPolicy = (organization: OrganizationRecord, policy: PolicyRecord): Policy => ({
  PolicySummary: toPolicySummary(organization, policy),
  Content: policy.content,
});
