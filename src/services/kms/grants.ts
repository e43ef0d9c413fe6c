import type { GrantListEntry, GrantOperation } from '@aws-sdk/client-kms';
import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { GrantMatch } from '../../policy/policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { type GrantConstraint, isNoWider, isSatisfied, parseConstraint } from './grant-constraints.ts';
import { fileGrant, isSameConstraint, someGrant, unfileGrant } from './grant-lookups.ts';
import { contextFor, grantedOperation, takesContext } from './grant-operations.ts';
import { accountPrincipal, namesOf } from './grant-principals.ts';
import { type GrantedUse, type GrantRecord, grantCounts, grantRecords } from './grant-record.ts';
import { type KeyPlace, keyArn } from './key-arn.ts';
import { quotas } from './resource-quotas.ts';

/** What makes up a grant; equal ones with equal names are one. */
export type NewGrant = Pick<GrantRecord, 'name' | 'grantee' | 'retiring' | 'operations' | 'constraint' | 'issuer'>;

/** Storage of grants, and what they allow. @see KMS developer guide: "Grants in AWS KMS" */
export class Grants {
  readonly #quotas: QuotaValues;

  constructor(quotas: QuotaValues) {
    this.#quotas = quotas;
  }

  find(tx: Transaction, { account, region, id }: KeyPlace, grantId: string): GrantRecord | undefined {
    return grantRecords.find(tx, [account, region, id, grantId]);
  }

  /** @throws {Fault} InvalidGrantIdException, NotFoundException */
  get(tx: Transaction, key: KeyPlace, grantId: string): GrantRecord {
    requireGrantId(grantId);
    const grant = this.find(tx, key, grantId);
    if (!grant) throw fault('NotFoundException', `Grant ID ${grantId} not found`);
    return grant;
  }

  /** Grants of a key, by id. */
  list(tx: Transaction, { account, region, id }: KeyPlace, page: PageRequest): Page<GrantRecord> {
    return grantRecords.list(tx, [account, region, id], page);
  }

  /** Grants of a key to one principal. */
  ofGrantee(tx: Transaction, { account, region, id }: KeyPlace, grantee: string): readonly GrantRecord[] {
    return grantRecords.listBy(tx, 'grantee', [account, region, id, grantee]);
  }

  /** Grants that a principal may retire, of every key of a Region. */
  retirableBy(tx: Transaction, retiring: string, region: string): readonly GrantRecord[] {
    return grantRecords.listBy(tx, 'retiring', [retiring, region]);
  }

  /**
   * Adds a grant to a key. A name makes it idempotent: the grant of that name is the answer where it is the same.
   *
   * @throws {Fault} LimitExceededException
   */
  create(tx: Transaction, key: KeyPlace, grant: NewGrant, now: Date): GrantRecord {
    const { account, region, id: keyId } = key;
    const same = this.#named(tx, key, grant.name).find((candidate) => isSame(candidate, grant));
    if (same) return same;
    const count = grantCounts.find(tx, [account, region, keyId])?.grants ?? 0;
    const most = this.#quotas.valueOf(tx, quotas.grantsPerKey, account, region);
    if (count >= most) {
      throw fault('LimitExceededException', `${keyArn(key)} already has ${most} grants.`);
    }
    grantCounts.put(tx, [account, region, keyId], { grants: count + 1 });
    const id = identifier('grant', () => randomBytes(32).toString('hex'));
    const record: GrantRecord = { ...grant, account, region, keyId, id, createdAt: now.getTime() };
    grantRecords.put(tx, [account, region, keyId, id], record);
    fileGrant(tx, record);
    return record;
  }

  delete(tx: Transaction, grant: GrantRecord): void {
    const { account, region, keyId, id } = grant;
    grantRecords.delete(tx, [account, region, keyId, id]);
    unfileGrant(tx, grant);
    const grants = grantCounts.find(tx, [account, region, keyId])!.grants - 1;
    if (grants > 0) grantCounts.put(tx, [account, region, keyId], { grants });
    else grantCounts.delete(tx, [account, region, keyId]);
  }

  /** Deletes every grant of a key. */
  deleteAll(tx: Transaction, key: KeyPlace): void {
    const everything = { limit: Number.MAX_SAFE_INTEGER };
    for (const grant of this.list(tx, key, everything).items) this.delete(tx, grant);
  }

  /** Whether a grant allows the caller an action on the key. @param input of the operation */
  allow(action: string, key: KeyPlace, input: object, { tx, caller }: Call): GrantMatch {
    const operation = grantedOperation(action);
    if (!operation) return undefined;
    const context = contextFor(operation, input);
    const test = operation === 'CreateGrant' ? coversChild(input as ChildGrant) : coversContext(operation, context);
    const { own, account } = namesOf(caller);
    if (own.some((grantee) => someGrant(tx, { key, grantee, operation, context }, test))) return 'principal';
    if (account === undefined) return undefined;
    return someGrant(tx, { key, grantee: account, operation, context }, test) ? 'account' : undefined;
  }

  #named(tx: Transaction, { account, region, id }: KeyPlace, name: string | undefined): readonly GrantRecord[] {
    return name === undefined ? [] : grantRecords.listBy(tx, 'name', [account, region, id, name]);
  }
}

/** @throws {Fault} InvalidGrantIdException: a text that is no grant id */
export const requireGrantId = (id: string): void => {
  if (!/^[0-9a-f]{64}$/.test(id)) throw fault('InvalidGrantIdException', `Invalid grant ID ${id}`);
};

const isSame = (a: GrantRecord, b: NewGrant): boolean =>
  a.grantee === b.grantee &&
  a.retiring === b.retiring &&
  a.issuer === b.issuer &&
  [...a.operations].sort().join() === [...b.operations].sort().join() &&
  isSameConstraint(a.constraint, b.constraint);

const coversContext =
  (operation: GrantOperation, context: Parameters<typeof isSatisfied>[1]) =>
  ({ constraint }: GrantedUse): boolean =>
    !constraint || !takesContext(operation) || isSatisfied(constraint, context);

/** What CreateGrant is given, where its permission comes from a grant. */
interface ChildGrant {
  readonly Operations: readonly GrantOperation[];
  readonly Constraints?: Parameters<typeof parseConstraint>[0];
}

/** A grant that is made by virtue of another one allows no more than that one. */
const coversChild = ({ Operations, Constraints }: ChildGrant): ((parent: GrantedUse) => boolean) => {
  const constraint: GrantConstraint | undefined = parseConstraint(Constraints);
  return (parent) =>
    Operations.every((operation) => parent.operations.includes(operation)) && isNoWider(constraint, parent.constraint);
};

/** A grant as ListGrants and ListRetirableGrants show it. */
export const toGrantEntry = (grant: GrantRecord, tx: Transaction, principals: Principals): GrantListEntry => {
  const { account, region, keyId, constraint, retiring } = grant;
  return {
    KeyId: keyArn({ account, region, id: keyId }),
    GrantId: grant.id,
    Name: grant.name ?? '',
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: principals.toDisplayed(tx, grant.grantee),
    ...(retiring !== undefined && { RetiringPrincipal: principals.toDisplayed(tx, retiring) }),
    IssuingAccount: accountPrincipal(grant.issuer),
    Operations: [...grant.operations],
    ...(constraint && { Constraints: { [constraint.type]: constraint.context } }),
  };
};
