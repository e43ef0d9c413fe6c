import type { AccessDetail, ErrorDetails } from '@aws-sdk/client-iam';
import { randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Membership } from '../../kernel/organizations.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { grantsService } from './held-documents.ts';
import { timestamp } from './names.ts';
import { roles } from './roles.ts';
import { serviceNames } from './service-names.ts';
import type { ServiceUse, ServiceUses } from './service-uses.ts';
import { users } from './users.ts';

/** A report on last access in an organization that was asked for; its content is read when the report is. */
export interface OrganizationReport {
  readonly account: string;
  readonly jobId: string;
  /** `o-…/r-…/ou-…/`, or an account's id at its end. */
  readonly entityPath: string;
  /** `p-…` */
  readonly policyId?: string;
  readonly createdAt: string;
}

const records = collection<OrganizationReport>('iam.organization-reports', { key: ['account', 'jobId'] });

/** Reports on which services the accounts of an organization used last. */
export const organizationReports = {
  create: (tx: Transaction, given: Omit<OrganizationReport, 'jobId' | 'createdAt'>, now: Date): OrganizationReport => {
    const report = { ...given, jobId: randomUuid(), createdAt: timestamp(now) };
    records.put(tx, [report.account, report.jobId], report);
    return report;
  },

  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, account: string, jobId: string): OrganizationReport => {
    const report = records.find(tx, [account, jobId]);
    if (!report) throw fault('NoSuchEntity', `The job ID ${jobId} cannot be found.`);
    return report;
  },
} as const;

/** What a report comes to, or why there is none. */
export type ReportContent = { readonly services: readonly AccessDetail[] } | { readonly error: ErrorDetails };

/** Every service that the control policies on the entity allow, and which account used it last. */
export const organizationAccess = (call: Call, uses: ServiceUses, report: OrganizationReport): ReportContent => {
  const own = call.organizations.membershipOf(call.tx, call.account);
  if (!own?.isManagement) return failed('AccessDenied', 'Only the management account of an organization has reports.');
  const entity = report.entityPath.replace(/\/$/, '');
  const members = membersUnder(call, entity, own.organizationId);
  const bound = members.find(({ membership }) => !membership.isManagement) ?? members[0];
  if (!bound) return failed('EntityNotFound', `There is no account at ${report.entityPath}.`);
  const levels = levelsOf(bound.membership, entity);
  const named = report.policyId === undefined ? undefined : policyNamed(bound.membership, report.policyId);
  if (report.policyId !== undefined && !named) {
    return failed('PolicyNotFound', `The policy ${report.policyId} does not apply to ${report.entityPath}.`);
  }
  const allowed = (service: string): boolean =>
    named ? allows(named, service) : levels.every((policies) => policies.some((policy) => allows(policy, service)));
  const counted = members.filter(({ membership }) => !membership.isManagement || members.length === 1);
  return {
    services: Object.keys(serviceNames)
      .filter(allowed)
      .map(detailsOf(call.tx, uses, counted)),
  };
};

interface Member {
  readonly membership: Membership;
  /** Where the account is, with its own id: the report names it so. */
  readonly path: string;
  /** Its users and roles. */
  readonly uniqueIds: readonly string[];
}

const failed = (Code: string, Message: string): ReportContent => ({ error: { Code, Message } });

const everybody = { limit: Number.MAX_SAFE_INTEGER };

const membersUnder = ({ tx, organizations }: Call, entity: string, organizationId: string): readonly Member[] =>
  accounts.all(tx).flatMap(({ account }) => {
    const membership = organizations.membershipOf(tx, account);
    if (membership?.organizationId !== organizationId) return [];
    const path = `${membership.path}${account}`;
    if (path !== entity && !path.startsWith(`${entity}/`)) return [];
    const uniqueIds = [
      ...users.list(tx, account, everybody).items.map(({ userId }) => userId),
      ...roles.list(tx, account, everybody).items.map(({ roleId }) => roleId),
    ];
    return [{ membership, path, uniqueIds }];
  });

/** The levels of control policies from the root down to the entity; none bounds the management account. */
const levelsOf = ({ scps = [] }: Membership, entity: string): readonly (readonly CompiledPolicy[])[] =>
  scps.slice(0, entity.split('/').length - 1);

const policyNamed = ({ scps = [] }: Membership, policyId: string): CompiledPolicy | undefined =>
  scps.flat().find(({ source }) => source?.endsWith(`/${policyId}`));

const allows = ({ statements }: CompiledPolicy, service: string): boolean =>
  grantsService({ statements: statements.map(({ source }) => source) }, service);

const detailsOf =
  (tx: Transaction, uses: ServiceUses, members: readonly Member[]) =>
  (service: string): AccessDetail => {
    const used = members.flatMap(({ path, uniqueIds }) => {
      const last = uniqueIds
        .flatMap((uniqueId) => uses.list(tx, uniqueId))
        .filter((use) => use.service === service)
        .reduce<ServiceUse | undefined>((latest, use) => (latest && latest.at >= use.at ? latest : use), undefined);
      return last ? [{ path, last }] : [];
    });
    const latest = used.toSorted((a, b) => (a.last.at < b.last.at ? 1 : -1))[0];
    return {
      ServiceName: serviceNames[service],
      ServiceNamespace: service,
      TotalAuthenticatedEntities: used.length,
      ...(latest && {
        EntityPath: latest.path,
        Region: latest.last.region,
        LastAuthenticatedTime: new Date(latest.last.at),
      }),
    };
  };
