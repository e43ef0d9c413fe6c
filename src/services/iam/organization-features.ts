import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Membership } from '../../kernel/organizations.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';

/** Parts of centralized root access, as the API names them. */
export type RootFeature = 'RootCredentialsManagement' | 'RootSessions';

interface OrganizationFeatures {
  readonly organizationId: string;
  /** In alphabetical order. */
  readonly enabled: readonly RootFeature[];
}

const records = collection<OrganizationFeatures>('iam.organization-features', { key: ['organizationId'] });

/** Which parts of centralized root access each organization has. */
export const organizationFeatures = {
  list: (tx: Transaction, organizationId: string): readonly RootFeature[] =>
    records.find(tx, [organizationId])?.enabled ?? [],

  /** Sets one feature; what is so already stays so. @returns all that are enabled then */
  set: (tx: Transaction, organizationId: string, feature: RootFeature, on: boolean): readonly RootFeature[] => {
    const others = organizationFeatures.list(tx, organizationId).filter((known) => known !== feature);
    const enabled = on ? [...others, feature].sort() : others;
    records.put(tx, [organizationId], { organizationId, enabled });
    return enabled;
  },
} as const;

/** The service principal that organizations trust with their accounts' root users. */
const iamPrincipal = 'iam.amazonaws.com';

/**
 * The organization whose root users the caller's account may manage: it is the management account, or IAM's delegated
 * administrator.
 *
 * @throws {Fault} as the operations on organization features model it
 */
export const administeredOrganization = ({ tx, account, organizations }: Call): Membership => {
  const membership = organizations.membershipOf(tx, account);
  if (!membership) throw fault('OrganizationNotFoundException', 'No organization is associated with your account.');
  if (!membership.isManagement && !membership.delegatedServices.includes(iamPrincipal)) {
    throw fault(
      'AccountNotManagementOrDelegatedAdministratorException',
      'The account making the request is not the management account or delegated administrator account for centralized root access.',
    );
  }
  if (!membership.allFeatures) {
    throw fault('OrganizationNotInAllFeaturesModeException', 'Your organization does not have all features enabled.');
  }
  if (!membership.trustedServices.includes(iamPrincipal)) {
    throw fault('ServiceAccessNotEnabledException', 'Trusted access is not enabled for IAM in Organizations.');
  }
  return membership;
};

/** As {@link administeredOrganization}, for what only the management account turns on. @throws {Fault} */
export const managedOrganization = (call: Call): Membership => {
  const membership = administeredOrganization(call);
  if (membership.isManagement) return membership;
  throw fault(
    'CallerIsNotManagementAccountException',
    'The account making the request is not the management account for the organization.',
  );
};

/** Task policies of AssumeRoot and the feature that each belongs to. @see IAM: "Centrally manage root access for member accounts" */
const tasks: Readonly<Record<string, RootFeature>> = {
  IAMAuditRootUserCredentials: 'RootCredentialsManagement',
  IAMCreateRootUserPassword: 'RootCredentialsManagement',
  IAMDeleteRootUserCredentials: 'RootCredentialsManagement',
  S3UnlockBucketPolicy: 'RootSessions',
  SQSUnlockQueuePolicy: 'RootSessions',
};

/**
 * Whether the caller's account may do a task as root of another one: it administers the organization, which has the
 * task's feature, and the other is an active member of it.
 *
 * @param taskPolicyArn `arn:aws:iam::aws:policy/root-task/…`
 */
export const mayActAsRoot = (
  { tx, account, organizations }: Call,
  target: string,
  taskPolicyArn: string | undefined,
): boolean => {
  const feature = tasks[/^arn:aws:iam::aws:policy\/root-task\/(\w+)$/.exec(taskPolicyArn ?? '')?.[1] ?? ''];
  const own = organizations.membershipOf(tx, account);
  const member = organizations.membershipOf(tx, target);
  if (!feature || !own || !member || member.isManagement || organizations.isClosed(tx, target)) return false;
  const administers = own.isManagement || own.delegatedServices.includes(iamPrincipal);
  const trusted = own.allFeatures && own.trustedServices.includes(iamPrincipal);
  if (!administers || !trusted || own.organizationId !== member.organizationId) return false;
  return organizationFeatures.list(tx, own.organizationId).includes(feature);
};
