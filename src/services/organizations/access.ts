import type { Call } from '../../kernel/call.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { compileStored } from '../../kernel/stored-policy.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts, isMember, type MemberRecord } from './accounts.ts';
import { accessDenied, notInUse } from './faults.ts';
import { type OrganizationRecord, organizations, type ResourcePolicyRecord } from './organizations.ts';
import type { InOrganization } from './resources.ts';

/** The caller's account in its organization. */
export interface Standing {
  readonly organization: OrganizationRecord;
  readonly member: MemberRecord;
}

/** @returns undefined where the caller's account is in no organization */
const standingOf = ({ tx, account }: Call): Standing | undefined => {
  const member = accounts.find(tx, account);
  if (!member || !isMember(member)) return undefined;
  return { organization: organizations.get(tx, member.membership.organizationId), member };
};

/**
 * Who may do something, beside the management account:
 * - `member`: every account of the organization
 * - `reader`: delegated administrators, and whom the organization's resource policy lets in
 * - `manager`: only whom the organization's resource policy lets in
 */
export type Role = 'member' | 'reader' | 'manager';

/** Finds what a request is about; undefined: it is not there. */
export type Finder<R extends InOrganization> = (organization: OrganizationRecord, tx: Transaction) => R | undefined;

/**
 * What a request is about, as something that policies protect.
 *
 * What belongs to the organization belongs to the management account. The caller's own policies decide alone where its
 * account is entitled; where the resource policy lets other accounts in, both sides decide, as across any accounts. The
 * others get their refusal as if nothing were there, once their own policies allowed them to ask.
 *
 * @param absent the error for something that is not there
 * @see Organizations User Guide: "Delegated administrator for AWS Organizations"
 */
export const inOrganization = <R extends InOrganization>(
  call: Call,
  role: Role,
  finder: Finder<R>,
  absent: () => Fault,
): R | AbsentResource => {
  const standing = standingOf(call);
  if (!standing) return refusal(call, notInUse());
  const { organization, member } = standing;
  const entitlement = entitlementOf(standing, role);
  if (entitlement === 'none') return refusal(call, accessDenied());
  const found: Resource = finder(organization, call.tx) ?? nothing(organization, absent());
  const policy = organization.resourcePolicy && compiledPolicy(organization.resourcePolicy);
  const account = entitlement === 'own' ? member.account : found.account;
  return { ...found, account, ...(policy && { policy }) } as R | AbsentResource;
};

/** `own`: the caller's policies decide alone; `delegated`: both sides' do. */
const entitlementOf = ({ organization, member }: Standing, role: Role): 'own' | 'delegated' | 'none' => {
  if (role === 'member' || member.account === organization.managementAccount) return 'own';
  if (role === 'reader' && member.membership.delegations.length > 0) return 'own';
  return organization.resourcePolicy ? 'delegated' : 'none';
};

const refusal = ({ account }: Call, absent: Fault): AbsentResource => ({ arn: '*', account, absent });

const nothing = ({ managementAccount }: OrganizationRecord, absent: Fault): AbsentResource => ({
  arn: '*',
  account: managementAccount,
  absent,
});

const compiledPolicies = new WeakMap<ResourcePolicyRecord, CompiledPolicy>();

const compiledPolicy = (record: ResourcePolicyRecord): CompiledPolicy => {
  let known = compiledPolicies.get(record);
  if (!known) {
    known = compileStored(record.policy, 'resource');
    compiledPolicies.set(record, known);
  }
  return known;
};

/** As {@link inOrganization}, for operations that name nothing. */
export const organizationAs = (call: Call, role: Role): InOrganization | AbsentResource =>
  inOrganization(
    call,
    role,
    (organization) => ({ arn: '*', account: organization.managementAccount, organization }),
    accessDenied,
  );
