import type { EntityDetails, EntityInfo, ServiceLastAccessed } from '@aws-sdk/client-iam';
import { randomUuid } from '../../crypto/random.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { parsePolicy } from '../../policy/policy.ts';
import { collection } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { attachments } from './attachments.ts';
import {
  attachedEntity,
  type EntityRecord,
  entityArn,
  entityName,
  entityResource,
  holdersOf,
  uniqueIdOf,
} from './entities.ts';
import { documentsOf, grantsService } from './held-documents.ts';
import { memberships } from './memberships.ts';
import { timestamp } from './names.ts';
import { defaultVersion, policies } from './policies.ts';
import { serviceNames } from './service-names.ts';
import type { ServiceUse, ServiceUses } from './service-uses.ts';

/** A report on last access that was asked for; its content is read when the report is. */
export interface AccessReport {
  readonly account: string;
  readonly jobId: string;
  /** ARN of a user, group, role or managed policy. */
  readonly subject: string;
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  readonly createdAt: string;
}

const records = collection<AccessReport>('iam.access-reports', { key: ['account', 'jobId'] });
const everybody = { limit: Number.MAX_SAFE_INTEGER };

/** Reports on which services users, groups, roles and policies were last used for. */
export const accessReports = {
  create: (tx: Transaction, given: Omit<AccessReport, 'jobId' | 'createdAt'>, now: Date): AccessReport => {
    const report = { ...given, jobId: randomUuid(), createdAt: timestamp(now) };
    records.put(tx, [report.account, report.jobId], report);
    return report;
  },

  /** @throws {Fault} `NoSuchEntity` */
  get: (tx: Transaction, account: string, jobId: string): AccessReport => {
    const report = records.find(tx, [account, jobId]);
    if (!report) throw fault('NoSuchEntity', `The job ID ${jobId} cannot be found.`);
    return report;
  },
} as const;

/** What a report is about, as the resource of the request for it. @throws {Fault} `InvalidInput` */
export const subjectResource = (tx: Transaction, account: string, arn: string): Resource | AbsentResource =>
  isPolicy(arn) ? policies.resource(tx, account, arn) : entityResource(tx, arn);

/** Every service that the subject's policies allow something of, by prefix, and who of those it stands for used it last. */
export const servicesAccessed = (tx: Transaction, uses: ServiceUses, report: AccessReport): ServiceLastAccessed[] => {
  const people = peopleOf(tx, report);
  const services = Object.keys(serviceNames).filter(grantedBy(tx, report));
  return services.map((service) => {
    const used = people.flatMap((entity) => usesOf(tx, uses, entity, service));
    const last = used.reduce<Used | undefined>(later, undefined);
    return {
      ServiceName: serviceNames[service],
      ServiceNamespace: service,
      TotalAuthenticatedEntities: used.length,
      ...(last && {
        LastAuthenticated: new Date(last.use.at),
        LastAuthenticatedEntity: entityArn(last.entity),
        LastAuthenticatedRegion: last.use.region,
      }),
    };
  });
};

/** Users and roles whom the report stands for, with their last use of one service. */
export const entitiesAccessing = (
  tx: Transaction,
  uses: ServiceUses,
  report: AccessReport,
  service: string,
): EntityDetails[] =>
  peopleOf(tx, report).map((entity) => {
    const [used] = usesOf(tx, uses, entity, service);
    return { EntityInfo: describeEntity(entity), ...(used && { LastAuthenticated: new Date(used.use.at) }) };
  });

interface Used {
  readonly entity: EntityRecord;
  readonly use: ServiceUse;
}

const later = (last: Used | undefined, next: Used): Used => (last && last.use.at >= next.use.at ? last : next);

const usesOf = (tx: Transaction, uses: ServiceUses, entity: EntityRecord, service: string): readonly Used[] =>
  uses
    .list(tx, uniqueIdOf(entity))
    .filter((use) => use.service === service)
    .map((use) => ({ entity, use }));

const isPolicy = (arn: string): boolean => /^arn:aws:iam::(?:aws|\d{12}):policy\//.test(arn);

const getEntity = (tx: Transaction, arn: string): EntityRecord => {
  const resource = entityResource(tx, arn);
  if ('record' in resource) return resource.record;
  throw resource.absent;
};

const grantedBy = (tx: Transaction, { subject }: AccessReport): ((service: string) => boolean) => {
  const managed = isPolicy(subject) ? policies.find(tx, subject) : undefined;
  const granted = managed
    ? [parsePolicy(defaultVersion(managed).document, 'identity')]
    : documentsOf(tx, isPolicy(subject) ? [] : holdersOf(tx, getEntity(tx, subject))).map(({ policy }) => policy);
  return (service) => granted.some((policy) => grantsService(policy, service));
};

/** A user or role stands for itself, a group for its users, a policy for everybody who has it. */
const peopleOf = (tx: Transaction, { account, subject }: AccessReport): readonly EntityRecord[] => {
  if (!isPolicy(subject)) return membersOf(tx, getEntity(tx, subject));
  const attached = attachments.list(tx, account, subject, everybody).items;
  const holders = attached
    .filter(({ usage }) => usage === 'PermissionsPolicy')
    .map((attachment) => attachedEntity(tx, attachment));
  const people = holders.flatMap((holder) => membersOf(tx, holder));
  return [...new Map(people.map((entity) => [uniqueIdOf(entity), entity])).values()];
};

const membersOf = (tx: Transaction, entity: EntityRecord): readonly EntityRecord[] =>
  'groupId' in entity ? memberships.list(tx, entity, everybody).items : [entity];

const describeEntity = (entity: EntityRecord): EntityInfo => ({
  Arn: entityArn(entity),
  Name: entityName(entity),
  Type: 'userId' in entity ? 'USER' : 'ROLE',
  Id: uniqueIdOf(entity),
  Path: entity.path,
});
