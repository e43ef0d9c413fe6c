import type { AliasListEntry } from '@aws-sdk/client-kms';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import { collection, type Page, type PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { awsManagedAliases } from './aws-managed-keys.ts';
import { aboutTheCall, requestAlias } from './conditions.ts';
import { aliasArn, type KeyPlace, keyArn } from './key-arn.ts';
import { quotas } from './resource-quotas.ts';

/** An alias as it is stored: a name for one key of its account and Region. */
export interface AliasRecord {
  readonly account: string;
  readonly region: string;
  /** With its prefix: `alias/app`. */
  readonly name: string;
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const aliasRecords = collection<AliasRecord>('kms.aliases', {
  key: ['account', 'region', 'name'],
  indexes: { key: ({ account, region, keyId }) => [account, region, keyId] },
  large: true,
});

/** An alias as policies see it. It has no policy of its own: identity policies decide. */
export interface AliasResource extends Resource {
  readonly name: string;
}

/** Storage and rules of aliases. @see KMS developer guide: "Aliases in AWS KMS" */
export class Aliases {
  readonly #quotas: QuotaValues;

  constructor(quotas: QuotaValues) {
    this.#quotas = quotas;
  }

  find(tx: Transaction, account: string, region: string, name: string): AliasRecord | undefined {
    return aliasRecords.find(tx, [account, region, name]);
  }

  /** The caller's alias. @throws {Fault} NotFoundException */
  get({ tx, account, region }: Call, name: string): AliasRecord {
    const alias = this.find(tx, account, region, name);
    if (!alias) throw aliasNotFound(account, region, name);
    return alias;
  }

  /** Aliases of one key, by name. */
  ofKey(tx: Transaction, { account, region, id }: KeyPlace): readonly AliasRecord[] {
    return aliasRecords.listBy(tx, 'key', [account, region, id]);
  }

  /** Aliases of an account as ListAliases shows them, among them those that AWS reserves. */
  list(tx: Transaction, account: string, region: string, { after = '', limit }: PageRequest): Page<AliasListEntry> {
    const stored = aliasRecords.list(tx, [account, region], { limit, ...(after && { after }) });
    const known = new Set(stored.items.map(({ name }) => name));
    const reserved = awsManagedAliases.filter((name) => name > after && !known.has(name));
    const entries = [
      ...stored.items.map(toListEntry),
      ...reserved.map((name) => ({ AliasName: name, AliasArn: aliasArn(account, region, name) })),
    ].sort((a, b) => (a.AliasName < b.AliasName ? -1 : 1));
    const items = entries.slice(0, limit);
    const more = entries.length > limit || stored.next !== undefined;
    return { items, next: more ? items.at(-1)!.AliasName : undefined };
  }

  /** @throws {Fault} AlreadyExistsException, LimitExceededException */
  create(tx: Transaction, name: string, key: KeyPlace, now: Date): void {
    const { account, region } = key;
    if (this.find(tx, account, region, name)) {
      throw fault('AlreadyExistsException', `An alias with the name ${aliasArn(account, region, name)} already exists`);
    }
    this.#point(tx, name, key, now, now.getTime());
  }

  /** Makes an alias name another key. @throws {Fault} LimitExceededException */
  update(tx: Transaction, alias: AliasRecord, key: KeyPlace, now: Date): void {
    if (alias.keyId !== key.id) this.#point(tx, alias.name, key, now, alias.createdAt);
  }

  delete(tx: Transaction, { account, region, name }: AliasRecord): void {
    aliasRecords.delete(tx, [account, region, name]);
  }

  #point(tx: Transaction, name: string, key: KeyPlace, now: Date, createdAt: number): void {
    const { account, region, id } = key;
    const most = this.#quotas.valueOf(tx, quotas.aliasesPerKey, account, region);
    if (this.ofKey(tx, key).length >= most) {
      throw fault('LimitExceededException', `${keyArn(key)} already has ${most} aliases.`);
    }
    aliasRecords.put(tx, [account, region, name], {
      account,
      region,
      name,
      keyId: id,
      createdAt,
      updatedAt: now.getTime(),
    });
  }
}

/**
 * The alias that a request would create, change or delete, in the caller's account.
 *
 * @throws {Fault} for names that no customer may use
 */
export const aliasResource = (name: string, { account, region }: Call): AliasResource => {
  requireAliasName(name);
  return { arn: aliasArn(account, region, name), account, type: 'AWS::KMS::Alias', name, conditions: aboutTheCall };
};

/** @throws {Fault} ValidationException where an alias stands in the place of the key that it shall name */
export const requireKeyIdentifier = (targetKeyId: string): void => {
  if (requestAlias(targetKeyId) !== undefined)
    throw fault('ValidationException', 'Aliases must refer to keys. Not aliases');
};

/** @throws {Fault} ValidationException; NotAuthorizedException for the names that AWS keeps for itself */
const requireAliasName = (name: string): void => {
  if (!name.startsWith('alias/') || name.length === 'alias/'.length)
    throw fault('ValidationException', 'Invalid identifier');
  if (name.startsWith('alias/aws/')) throw fault('NotAuthorizedException');
  if (name.includes(':')) throw fault('ValidationException', `${name} contains invalid characters for an alias`);
};

/** The error for an alias that does not exist in the caller's account. */
export const aliasNotFound = (account: string, region: string, name: string) =>
  fault('NotFoundException', `Alias ${aliasArn(account, region, name)} is not found.`);

/** An alias as ListAliases shows it. */
export const toListEntry = ({ account, region, name, keyId, createdAt, updatedAt }: AliasRecord) => ({
  AliasName: name,
  AliasArn: aliasArn(account, region, name),
  TargetKeyId: keyId,
  CreationDate: new Date(createdAt),
  LastUpdatedDate: new Date(updatedAt),
});
