import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource, Resource } from '../../kernel/operation.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import { ownTagConditions } from '../../kernel/request-tags.ts';
import { compileStored } from '../../kernel/stored-policy.ts';
import type { CompiledPolicy } from '../../policy/policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { type ParameterPlace, type ParameterReference, parameterArn, parseReference } from './parameter-names.ts';
import {
  type ParameterRecord,
  type ParameterVersion,
  parameterCounts,
  parameterRecords,
  versionRecords,
} from './parameter-record.ts';
import { quotas } from './quotas.ts';

/** A parameter as policies see it. */
export interface ParameterResource extends Resource {
  readonly record: ParameterRecord;
}

/** A parameter that a request asked for, with the selector that it gave. */
export interface SelectedParameter {
  readonly resource: ParameterResource | AbsentResource;
  readonly reference: ParameterReference;
}

const maxVersions = 100;

/** Storage of parameters and their versions. */
export class Parameters {
  readonly #quotas: QuotaValues;
  readonly #resources = new WeakMap<ParameterRecord, ParameterResource>();

  constructor(quotaValues: QuotaValues) {
    this.#quotas = quotaValues;
  }

  find(tx: Transaction, { account, region, name }: ParameterPlace): ParameterRecord | undefined {
    return parameterRecords.find(tx, [account, region, name]);
  }

  /** What a request names by name or ARN, or something absent in its place. @throws {Fault} ValidationException */
  select(given: string, call: Call): SelectedParameter {
    const reference = parseReference(given, call);
    const { alternative } = reference;
    const record =
      this.find(call.tx, reference) ??
      (alternative === undefined ? undefined : this.find(call.tx, { ...reference, name: alternative }));
    return { resource: this.#resourceAt(reference, record), reference };
  }

  /** The parameter as a whole that a request names by name or ARN. A version or label makes it the name of nothing. */
  whole(given: string, call: Call): ParameterResource | AbsentResource {
    const { resource, reference } = this.select(given, call);
    if (reference.selector === undefined) return resource;
    return this.#resourceAt({ ...reference, name: `${reference.name}:${reference.selector}` }, undefined);
  }

  /** The caller's own parameter of just this name: an ARN is none, nor is a name with a version or label. */
  named(given: string, { tx, account, region }: Call): ParameterResource | AbsentResource {
    const place = { account, region, name: given.trim() };
    return this.#resourceAt(place, this.find(tx, place));
  }

  #resourceAt(place: ParameterPlace, record: ParameterRecord | undefined): ParameterResource | AbsentResource {
    if (record) return this.resourceOf(record);
    const absent = fault('ParameterNotFound', `Parameter ${place.name} not found.`);
    return { arn: parameterArn(place), account: place.account, type: 'AWS::SSM::Parameter', absent };
  }

  resourceOf(record: ParameterRecord): ParameterResource {
    let resource = this.#resources.get(record);
    if (!resource) {
      const { account, tags } = record;
      const policy = sharingPolicy(record);
      resource = {
        arn: parameterArn(record),
        account,
        type: 'AWS::SSM::Parameter',
        tags,
        conditions: () => ownTagConditions('ssm:resourceTag', tags),
        record,
        ...(policy && { policy }),
      };
      this.#resources.set(record, resource);
    }
    return resource;
  }

  /**
   * The version that a selector names.
   *
   * @param selector a number, a label, or undefined for the latest
   * @throws {Fault} ParameterVersionNotFound
   */
  version(tx: Transaction, record: ParameterRecord, selector: string | undefined): ParameterVersion {
    const number = selector === undefined ? record.version : versionOf(record, selector);
    const found = number === undefined ? undefined : versionRecords.find(tx, keyOf(record, number));
    if (found) return found;
    throw fault(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${record.name}. Verify the version and try again.`,
    );
  }

  /** All versions, oldest first. */
  versions(tx: Transaction, record: ParameterRecord): readonly ParameterVersion[] {
    const found: ParameterVersion[] = [];
    for (let number = record.oldest; number <= record.version; number++) {
      const version = versionRecords.find(tx, keyOf(record, number));
      if (version) found.push(version);
    }
    return found;
  }

  /** Pages through the caller's parameters, by name. */
  list({ tx, account, region }: Call, page: PageRequest): Page<ParameterRecord> {
    return parameterRecords.list(tx, [account, region], page);
  }

  /** @throws {Fault} ParameterLimitExceeded */
  create(tx: Transaction, version: ParameterVersion, tags: Readonly<Record<string, string>>): ParameterRecord {
    this.#count(tx, version, version.tier, 1);
    const { value: _value, ...latest } = version;
    const record: ParameterRecord = { ...latest, oldest: version.version, labels: {}, tags, finished: [], shares: {} };
    versionRecords.put(tx, keyOf(version, version.version), version);
    this.put(tx, record);
    return record;
  }

  /** Adds a version; the oldest goes where there are too many. @throws {Fault} ParameterMaxVersionLimitExceeded, ParameterLimitExceeded */
  addVersion(tx: Transaction, before: ParameterRecord, version: ParameterVersion): ParameterRecord {
    if (version.tier !== before.tier) {
      this.#count(tx, version, version.tier, 1);
      this.#count(tx, version, before.tier, -1);
    }
    const { oldest, labels, tags, shares } = before;
    const full = version.version - oldest >= maxVersions;
    if (full) this.#dropOldest(tx, before);
    const { value: _value, ...latest } = version;
    const record = { ...latest, oldest: full ? oldest + 1 : oldest, labels, tags, shares, finished: [] };
    versionRecords.put(tx, keyOf(version, version.version), version);
    this.put(tx, record);
    return record;
  }

  #dropOldest(tx: Transaction, { name, oldest, labels, ...place }: ParameterRecord): void {
    if (Object.values(labels).includes(oldest)) {
      throw fault(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${oldest}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
      );
    }
    versionRecords.delete(tx, keyOf({ ...place, name }, oldest));
  }

  /** Stores a parameter whose tags, labels or policies changed. */
  put(tx: Transaction, record: ParameterRecord): void {
    parameterRecords.put(tx, [record.account, record.region, record.name], record);
  }

  delete(tx: Transaction, record: ParameterRecord): void {
    for (const { version } of this.versions(tx, record)) versionRecords.delete(tx, keyOf(record, version));
    parameterRecords.delete(tx, [record.account, record.region, record.name]);
    this.#count(tx, record, record.tier, -1);
  }

  /** Whether the account may have no further parameter in the standard tier. */
  standardIsFull(tx: Transaction, { account, region }: ParameterPlace): boolean {
    const count = parameterCounts.find(tx, [account, region])?.Standard ?? 0;
    return count >= this.#quotas.valueOf(tx, quotas.Standard, account, region);
  }

  #count(tx: Transaction, { account, region }: ParameterPlace, tier: ParameterRecord['tier'], change: 1 | -1): void {
    const counts = parameterCounts.find(tx, [account, region]) ?? { Standard: 0, Advanced: 0 };
    if (change === 1 && counts[tier] >= this.#quotas.valueOf(tx, quotas[tier], account, region)) {
      throw fault(
        'ParameterLimitExceeded',
        `You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.`,
      );
    }
    parameterCounts.put(tx, [account, region], { ...counts, [tier]: counts[tier] + change });
  }
}

const versionOf = ({ labels }: ParameterRecord, selector: string): number | undefined => {
  if (/^\d{1,15}$/.test(selector)) return Number(selector);
  return Object.hasOwn(labels, selector) ? labels[selector] : undefined;
};

const keyOf = ({ account, region, name }: ParameterPlace, version: number): readonly string[] => [
  account,
  region,
  name,
  String(version).padStart(15, '0'),
];

/** The resource policies of a shared parameter as one; undefined: it is not shared. */
const sharingPolicy = ({ shares }: ParameterRecord): CompiledPolicy | undefined => {
  const policies = Object.values(shares);
  if (policies.length === 0) return undefined;
  const Statement = policies.flatMap(({ text }) => (JSON.parse(text) as { Statement: unknown }).Statement);
  const principals = Object.assign({}, ...policies.map((policy) => policy.principals)) as Record<string, string>;
  return compileStored({ text: JSON.stringify({ Version: '2012-10-17', Statement }), principals }, 'resource');
};
