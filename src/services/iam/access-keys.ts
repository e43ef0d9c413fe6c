import { newAccessKeyId, newSecretAccessKey } from '../../kernel/access-key-id.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import { collection } from '../../store/collection.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import type { AccessKeyOwner } from './access-key-owners.ts';
import { timestamp } from './names.ts';
import { requireWithinQuota } from './quotas.ts';

/** A long-term access key. */
export interface AccessKeyRecord {
  readonly accessKeyId: string;
  readonly account: string;
  readonly owner: OwnerReference;
  readonly status: AccessKeyStatus;
  readonly createdAt: string;
  /** The secret access key, wrapped with the access key id as context. */
  readonly wrappedSecret: string;
}

/** Whose key it is. The unique id must still be the named user's. */
export type OwnerReference =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly userName: string; readonly userId: string };

/** Only active keys sign. */
export type AccessKeyStatus = 'Active' | 'Inactive';

/** A key with the one copy of its secret that ever leaves the server. */
export interface NewAccessKey {
  readonly record: AccessKeyRecord;
  readonly secretAccessKey: string;
}

/** A key pair chosen by the operator instead of generated. */
export interface ChosenKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const records = collection<AccessKeyRecord>('iam.access-keys', { key: ['accessKeyId'] });

/** Long-term access keys by id. Each is listed in its owner's record, which bounds their number. */
export class AccessKeys {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('iam.access-key-secret')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  find(tx: Transaction, accessKeyId: string): AccessKeyRecord | undefined {
    return records.find(tx, [accessKeyId]);
  }

  /** @throws {Fault} `NoSuchEntity` when the owner has no such key */
  getOf(tx: Transaction, owner: AccessKeyOwner, accessKeyId: string): AccessKeyRecord {
    const record = owner.accessKeyIds.includes(accessKeyId) ? this.find(tx, accessKeyId) : undefined;
    if (!record) throw noSuchAccessKey(accessKeyId);
    return record;
  }

  /** An owner's keys, oldest first. */
  listOf(tx: Transaction, owner: AccessKeyOwner): readonly AccessKeyRecord[] {
    return owner.accessKeyIds.map((accessKeyId) => this.getOf(tx, owner, accessKeyId));
  }

  /**
   * Makes an active key.
   *
   * @param chosen absent: a generated pair
   * @throws {Fault} `LimitExceeded` for a third key, `EntityAlreadyExists` for a chosen id in use
   */
  create(tx: Transaction, owner: AccessKeyOwner, now: Date, chosen?: ChosenKeyPair): NewAccessKey {
    requireWithinQuota(owner.quota, owner.accessKeyIds.length + 1);
    const accessKeyId = chosen?.accessKeyId ?? this.#unusedId(tx, owner.account);
    if (this.find(tx, accessKeyId)) {
      throw fault('EntityAlreadyExists', `The Access Key with id ${accessKeyId} already exists.`);
    }
    const secretAccessKey = chosen?.secretAccessKey ?? newSecretAccessKey();
    const record: AccessKeyRecord = {
      accessKeyId,
      account: owner.account,
      owner: owner.reference,
      status: 'Active',
      createdAt: timestamp(now),
      wrappedSecret: this.#wrap.wrap(Buffer.from(secretAccessKey), accessKeyId),
    };
    records.put(tx, [accessKeyId], record);
    owner.replaceKeys(tx, [...owner.accessKeyIds, accessKeyId]);
    return { record, secretAccessKey };
  }

  /** @throws {Fault} `NoSuchEntity` */
  setStatus(tx: Transaction, owner: AccessKeyOwner, accessKeyId: string, status: AccessKeyStatus): void {
    records.put(tx, [accessKeyId], { ...this.getOf(tx, owner, accessKeyId), status });
  }

  /** @throws {Fault} `NoSuchEntity` */
  delete(tx: Transaction, owner: AccessKeyOwner, accessKeyId: string): void {
    this.getOf(tx, owner, accessKeyId);
    records.delete(tx, [accessKeyId]);
    owner.replaceKeys(
      tx,
      owner.accessKeyIds.filter((id) => id !== accessKeyId),
    );
  }

  /** Lets the keys follow a user to a new name; their unique id stays. */
  rename(tx: Transaction, accessKeyIds: readonly string[], reference: OwnerReference): void {
    for (const accessKeyId of accessKeyIds) {
      const record = this.find(tx, accessKeyId);
      if (record) records.put(tx, [accessKeyId], { ...record, owner: reference });
    }
  }

  /** The secret access key's characters; the caller clears the buffer. */
  unwrapSecret(record: AccessKeyRecord): Buffer {
    return this.#wrap.unwrap(record.wrappedSecret, record.accessKeyId);
  }

  #unusedId(tx: Transaction, account: string): string {
    const accessKeyId = newAccessKeyId('AKIA', account);
    return this.find(tx, accessKeyId) ? this.#unusedId(tx, account) : accessKeyId;
  }
}

/** IAM's answer to a key id that the owner in question does not have. */
const noSuchAccessKey = (accessKeyId: string): Fault =>
  fault('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
