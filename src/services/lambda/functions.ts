import { randomUuid } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import { compileStored } from '../../kernel/stored-policy.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { releasePackage } from './code.ts';
import { functionArn, parseFunctionName } from './function-names.ts';
import {
  type AliasRecord,
  aliasRecords,
  type FunctionPlace,
  type FunctionRecord,
  functionRecords,
  type PermissionStatement,
  type VersionRecord,
  versionRecords,
} from './function-record.ts';

/** A function as policies see it. */
export interface FunctionResource extends Resource {
  readonly record: FunctionRecord;
  /** Version or alias that the request named. */
  readonly qualifier: string | undefined;
}

/** More than a function can have of either. */
const all = { limit: 10_000 };

/** Storage of functions, their versions and aliases. */
export class LambdaFunctions {
  /** What a request names, or something absent in its place. @throws {Fault} InvalidParameterValueException */
  select(
    given: string,
    call: Pick<Call, 'tx' | 'account' | 'region'>,
    qualifier?: string,
  ): FunctionResource | AbsentResource {
    const reference = parseFunctionName(given, call, qualifier);
    const record = this.find(call.tx, reference);
    const arn = functionArn(reference, reference.qualifier);
    if (!record || !this.#has(call.tx, record, reference.qualifier)) return absentFunction(arn, reference.account);
    return resourceOf(record, reference.qualifier);
  }

  find(tx: Transaction, { account, region, name }: FunctionPlace): FunctionRecord | undefined {
    return functionRecords.find(tx, [account, region, name]);
  }

  #has(tx: Transaction, record: FunctionRecord, qualifier: string | undefined): boolean {
    if (qualifier === undefined || qualifier === '$LATEST') return true;
    return /^\d+$/.test(qualifier)
      ? this.version(tx, record, qualifier) !== undefined
      : this.alias(tx, record, qualifier) !== undefined;
  }

  /** The version that a qualifier stands for; of an alias with two, one by their shares. @param chance 0 to 1 */
  resolve(
    tx: Transaction,
    record: FunctionRecord,
    qualifier: string | undefined,
    chance = Math.random(),
  ): VersionRecord {
    if (qualifier === undefined || qualifier === '$LATEST') return record;
    const alias = /^\d+$/.test(qualifier) ? undefined : this.alias(tx, record, qualifier);
    const number =
      alias === undefined
        ? qualifier
        : alias.additional && chance < alias.additional.weight
          ? alias.additional.version
          : alias.version;
    return this.version(tx, record, number) ?? record;
  }

  version(tx: Transaction, place: FunctionPlace, version: string): VersionRecord | undefined {
    if (version === '$LATEST') return this.find(tx, place);
    return versionRecords.find(tx, [...keyOf(place), numbered(version)]);
  }

  versions(tx: Transaction, place: FunctionPlace, page: PageRequest = all): Page<VersionRecord> {
    return versionRecords.list(tx, keyOf(place), page);
  }

  putVersion(tx: Transaction, record: VersionRecord): void {
    versionRecords.put(tx, [...keyOf(record), numbered(record.version)], record);
  }

  deleteVersion(tx: Transaction, record: VersionRecord): void {
    versionRecords.delete(tx, [...keyOf(record), numbered(record.version)]);
    releasePackage(tx, record, record);
  }

  alias(tx: Transaction, place: FunctionPlace, alias: string): AliasRecord | undefined {
    return aliasRecords.find(tx, [...keyOf(place), alias]);
  }

  aliases(tx: Transaction, place: FunctionPlace, page: PageRequest = all): Page<AliasRecord> {
    return aliasRecords.list(tx, keyOf(place), page);
  }

  putAlias(tx: Transaction, record: AliasRecord): void {
    aliasRecords.put(tx, [...keyOf(record), record.alias], record);
  }

  deleteAlias(tx: Transaction, { alias, ...place }: AliasRecord): void {
    aliasRecords.delete(tx, [...keyOf(place), alias]);
  }

  list(tx: Transaction, account: string, region: string, page: PageRequest): Page<FunctionRecord> {
    return functionRecords.list(tx, [account, region], page);
  }

  /** Stores a function under a new revision id. */
  put(tx: Transaction, record: FunctionRecord): FunctionRecord {
    const stored = { ...record, revisionId: randomUuid() };
    functionRecords.put(tx, keyOf(record), stored);
    return stored;
  }

  delete(tx: Transaction, record: FunctionRecord): void {
    for (const alias of this.aliases(tx, record).items) this.deleteAlias(tx, alias);
    functionRecords.delete(tx, keyOf(record));
    for (const version of this.versions(tx, record).items) this.deleteVersion(tx, version);
    releasePackage(tx, record, record);
  }
}

/** A function, or a qualifier of it, as a resource. */
const resourceOf = (record: FunctionRecord, qualifier?: string): FunctionResource => {
  const statements = record.permissions[qualifier ?? ''];
  return {
    arn: functionArn(record, qualifier),
    account: record.account,
    type: 'AWS::Lambda::Function',
    tags: record.tags,
    record,
    qualifier,
    ...(statements?.length && { policy: compiled(statements) }),
  };
};

/** What stands for a function that does not exist. */
const absentFunction = (arn: string, account: string): AbsentResource => ({
  arn,
  account,
  type: 'AWS::Lambda::Function',
  absent: fault('ResourceNotFoundException', `Function not found: ${arn}`, { members: { Type: 'User' } }),
});

/** Refuses a request that was made for another revision. @throws {Fault} PreconditionFailedException */
export const requireRevision = (given: string | undefined, { revisionId }: { readonly revisionId: string }): void => {
  if (given !== undefined && given !== revisionId) throw outdated();
};

const outdated = (): Fault =>
  fault(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  );

const policies = new WeakMap<readonly PermissionStatement[], CompiledPolicy>();

const compiled = (statements: readonly PermissionStatement[]): CompiledPolicy => {
  let policy = policies.get(statements);
  if (!policy) {
    const principals = Object.assign({}, ...statements.map((statement) => statement.principals)) as Record<
      string,
      string
    >;
    policy = compileStored({ text: policyText(statements), principals }, 'resource');
    policies.set(statements, policy);
  }
  return policy;
};

/** The whole document, as GetPolicy answers it. */
export const policyText = (statements: readonly PermissionStatement[]): string =>
  `{"Version":"2012-10-17","Id":"default","Statement":[${statements.map(({ text }) => text).join(',')}]}`;

const keyOf = ({ account, region, name }: FunctionPlace): readonly string[] => [account, region, name];

const numbered = (version: string): string => version.padStart(10, '0');
