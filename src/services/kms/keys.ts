import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { AbsentResource } from '../../kernel/operation.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import type { Transaction } from '../../store/store.ts';
import { aliasNotFound } from './aliases.ts';
import { firstUse } from './aws-managed-keys.ts';
import type { Ciphertext } from './ciphertext.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';
import { forgetExpiries } from './import-expiry.ts';
import { aliasArn, isKeyId, type KeyPlace, keyArn, parseKeyReference } from './key-arn.ts';
import { identifiersOf } from './key-identifiers.ts';
import { type KeyRecord, keyCounts, keyRecords } from './key-record.ts';
import { KeyUses } from './key-uses.ts';
import { type KeyParts, KmsKey } from './kms-key.ts';
import { quotas } from './resource-quotas.ts';
import { forgetRotation } from './rotation.ts';

/** What keys are stored and found with. */
export interface KeysParts extends KeyParts {
  readonly quotas: QuotaValues;
  readonly stores: CustomKeyStores;
}

/** Storage and resolution of KMS keys. */
export class Keys {
  readonly #parts: KeysParts;
  readonly #byRecord = new WeakMap<KeyRecord, KmsKey>();

  constructor(parts: KeysParts) {
    this.#parts = parts;
  }

  /** @param call that cryptographic operations with the key belong to; absent: there will be none */
  find(tx: Transaction, { account, region, id }: KeyPlace, call?: Call): KmsKey | undefined {
    const record = keyRecords.find(tx, [account, region, id]);
    if (!record) return undefined;
    if (record.outside) return this.#outside(tx, record, call);
    let key = this.#byRecord.get(record);
    if (!key) {
      key = new KmsKey(record, this.#parts);
      this.#byRecord.set(record, key);
    }
    return key;
  }

  /** A key in a custom key store: what it shows depends on the store. */
  #outside(tx: Transaction, record: KeyRecord, call: Call | undefined): KmsKey {
    const { stores } = this.#parts;
    const operations = stores.operations(tx, record, call);
    return new KmsKey({ ...record, state: stores.stateOf(tx, record) }, this.#parts, operations);
  }

  /** A key that is known to exist. */
  get(tx: Transaction, place: KeyPlace): KmsKey {
    const key = this.find(tx, place);
    if (!key) throw new Error(`${keyArn(place)} is named by a record and does not exist`);
    return key;
  }

  /**
   * Finds the key that a request names, by the identifiers its operation takes.
   *
   * @returns an absent resource where only those who are allowed may learn that the key does not exist
   * @throws {Fault} NotFoundException, InvalidArnException: the identifier itself is wrong here
   */
  resolve(keyId: string, call: Call): KmsKey | AbsentResource {
    const takes = identifiersOf(call.operation);
    const reference = parseKeyReference(keyId, call, takes.malformedArn);
    if (reference.kind === 'alias' && !takes.aliases) {
      if (keyId === reference.name) throw fault('NotFoundException', `Invalid keyId ${keyId}`);
      throw fault(takes.malformedArn, 'Key Aliases are not supported for this operation.');
    }
    const { account } = reference;
    if (account !== call.account && !takes.crossAccount) return inaccessible(keyId, account, call);
    return reference.kind === 'alias'
      ? this.#resolveAlias(account, reference.name, call)
      : this.#resolveKey(reference, call);
  }

  #resolveAlias(account: string, name: string, call: Call): KmsKey | AbsentResource {
    const alias = this.#parts.aliases.find(call.tx, account, call.region, name);
    const key = alias && this.find(call.tx, { account, region: call.region, id: alias.keyId }, call);
    if (key) return key;
    const managed = account === call.account && firstUse(name, call, { ...this.#parts, keys: this });
    if (managed) return managed;
    if (account === call.account) throw aliasNotFound(account, call.region, name);
    return inaccessible(aliasArn(account, call.region, name), account, call);
  }

  #resolveKey(place: KeyPlace, call: Call): KmsKey | AbsentResource {
    const key = this.find(call.tx, place, call);
    if (key) return key;
    const arn = keyArn(place);
    if (place.account !== call.account) return inaccessible(arn, place.account, call);
    if (!isKeyId(place.id)) throw fault('NotFoundException', `Invalid keyId '${place.id}'`);
    return {
      arn,
      account: place.account,
      type: 'AWS::KMS::Key',
      absent: fault('NotFoundException', `Key '${arn}' does not exist`),
    };
  }

  /** The key that is related to a multi-Region key in a Region; itself, where there is no such key. */
  resolveRelated(key: KmsKey | AbsentResource, region: string, tx: Transaction): KmsKey | AbsentResource {
    if ('absent' in key || !key.record.multiRegion) return key;
    const place = { account: key.account, region, id: key.record.id };
    const related = this.find(tx, place);
    if (related) return related;
    const arn = keyArn(place);
    const absent = fault('NotFoundException', `Key '${arn}' does not exist`);
    return { arn, account: key.account, type: 'AWS::KMS::Key', absent };
  }

  /** Finds the key that a ciphertext names; a key of another Region is not found. */
  ofCiphertext({ account, keyId }: Ciphertext, call: Call, action: string): KmsKey | AbsentResource {
    const place = { account, region: call.region, id: keyId };
    return this.find(call.tx, place, call) ?? inaccessible(keyArn(place), account, call, action, onCiphertext);
  }

  list(tx: Transaction, account: string, region: string, page: PageRequest): Page<KeyRecord> {
    return keyRecords.list(tx, [account, region], page);
  }

  /** @throws {Fault} LimitExceededException */
  create(tx: Transaction, record: KeyRecord): KmsKey {
    if (record.manager === 'CUSTOMER') this.#count(tx, record);
    this.#put(tx, record);
    return this.find(tx, record)!;
  }

  #count(tx: Transaction, record: KeyRecord): void {
    const { account, region } = record;
    const count = keyCounts.find(tx, [account, region])?.keys ?? 0;
    const most = this.#parts.quotas.valueOf(tx, quotas.keys, account, region);
    if (count >= most) {
      throw fault('LimitExceededException', `The account already has ${most} KMS keys in this Region.`);
    }
    keyCounts.put(tx, [account, region], { keys: count + 1 });
  }

  /** Stores a new revision of a key. */
  update(tx: Transaction, record: KeyRecord): void {
    this.#put(tx, record);
  }

  /** Deletes a key for good, with its material, aliases and grants: nothing that it encrypted can be decrypted any more. */
  delete(tx: Transaction, key: KmsKey): void {
    const { account, region, id } = key.record;
    for (const alias of this.#parts.aliases.ofKey(tx, key.record)) this.#parts.aliases.delete(tx, alias);
    this.#parts.grants.deleteAll(tx, key.record);
    forgetRotation(tx, key.record);
    forgetExpiries(tx, key.record);
    KeyUses.forget(tx, key.record);
    this.#parts.stores.removeKey(tx, key.record);
    keyRecords.delete(tx, [account, region, id]);
    keyCounts.put(tx, [account, region], { keys: keyCounts.find(tx, [account, region])!.keys - 1 });
  }

  #put(tx: Transaction, record: KeyRecord): void {
    const { account, region, id } = record;
    // What is shown while a store is not connected is not stored: the key has its own state again afterwards.
    const away = record.outside && record.state === 'Unavailable';
    const state = away ? keyRecords.find(tx, [account, region, id])!.state : record.state;
    keyRecords.put(tx, [account, region, id], { ...record, state });
  }
}

/** How AccessDenied names a key that only the ciphertext identifies. */
export const onCiphertext = ' on the resource associated with this ciphertext';

/**
 * A key that the caller may not even know to exist: whatever the reason, the answer is the same.
 *
 * @see KMS developer guide, "Troubleshooting key access": a key of another account, of another Region, or deleted, cannot be told apart
 */
const inaccessible = (
  arn: string,
  account: string,
  call: Call,
  action = `kms:${call.operation}`,
  on = ` on resource: ${arn}`,
): AbsentResource => ({
  arn,
  account,
  type: 'AWS::KMS::Key',
  absent: fault(
    'AccessDenied',
    `User: ${call.caller.arn} is not authorized to perform: ${action}${on} because the resource does not exist in this Region, ` +
      'no resource-based policies allow access, or a resource-based policy explicitly denies access',
  ),
});
