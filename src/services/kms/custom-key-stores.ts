import type { ConnectionErrorCodeType, KeyState } from '@aws-sdk/client-kms';
import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';
import type { HsmDevice } from '../../hsm/device.ts';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { HsmClusters } from '../../kernel/hsm-clusters.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import type { XksClient } from '../../xks/xks-client.ts';
import { CloudHsmStores } from './cloudhsm-key-store.ts';
import { type CustomKeyStoreRecord, customKeyStoreRecords, outsideKeyRecords } from './custom-key-store-record.ts';
import { ExternalStores } from './external-key-store.ts';
import type { KeyRecord } from './key-record.ts';
import type { SymmetricOperations } from './material-operations.ts';
import { quotas } from './resource-quotas.ts';

/** What custom key stores stand on. */
export interface CustomKeyStoreParts {
  /** Wraps passwords. */
  readonly secrets: KeyWrap;
  /** Wraps key material. */
  readonly keyWrap: KeyWrap;
  /** Asks proxies. */
  readonly client: XksClient;
  readonly quotas: QuotaValues;
  readonly clusters: HsmClusters;
  /** Absent: no PKCS#11 library is configured. */
  readonly device: HsmDevice | undefined;
}

/** Where a key in a custom key store has its material: on a cluster, or behind a proxy. */
export interface KeyPlaceOutside {
  readonly storeId: string;
  readonly clusterId?: string;
  readonly xksKeyId?: string;
}

/** Storage and rules of custom key stores. @see KMS developer guide: "Key stores" */
export class CustomKeyStores {
  readonly hsm: CloudHsmStores;
  readonly external: ExternalStores;
  readonly #quotas: QuotaValues;

  constructor(parts: CustomKeyStoreParts) {
    this.#quotas = parts.quotas;
    this.hsm = new CloudHsmStores(parts);
    this.external = new ExternalStores(parts);
  }

  find(tx: Transaction, account: string, region: string, id: string): CustomKeyStoreRecord | undefined {
    return customKeyStoreRecords.find(tx, [account, region, id]);
  }

  /** The caller's key store. @throws {Fault} CustomKeyStoreNotFoundException */
  get({ tx, account, region }: Call, id: string): CustomKeyStoreRecord {
    const store = this.find(tx, account, region, id);
    if (!store) throw fault('CustomKeyStoreNotFoundException', `Custom key store ${id} does not exist.`);
    return store;
  }

  /** The caller's key store, for work that needs its connection. @throws {Fault} CustomKeyStoreInvalidStateException */
  getConnected(call: Call, id: string): CustomKeyStoreRecord {
    const store = this.get(call, id);
    if (store.connection !== 'CONNECTED') throw invalidState(store, 'CONNECTED');
    return store;
  }

  /** All of an account in a Region; there are few. */
  all(tx: Transaction, account: string, region: string): readonly CustomKeyStoreRecord[] {
    return customKeyStoreRecords.list(tx, [account, region], { limit: 1000 }).items;
  }

  /** @throws {Fault} CustomKeyStoreNameInUseException */
  requireFreeName({ tx, account, region }: Call, name: string, own?: string): void {
    if (this.all(tx, account, region).some((store) => store.name === name && store.id !== own))
      throw fault('CustomKeyStoreNameInUseException', `The custom key store name ${name} is already in use.`);
  }

  /** @throws {Fault} LimitExceededException */
  requireRoom({ tx, account, region }: Call): void {
    const most = this.#quotas.valueOf(tx, quotas.customKeyStores, account, region);
    if (this.all(tx, account, region).length >= most)
      throw fault('LimitExceededException', `The account already has ${most} custom key stores in this Region.`);
  }

  /** Tries to connect. @returns why it cannot; undefined: it is connected */
  connect(tx: Transaction, store: CustomKeyStoreRecord): Promise<ConnectionErrorCodeType | undefined> {
    return store.xks ? this.external.connect(store) : this.hsm.connect(store, this.hsm.clusterOf(tx, store));
  }

  /** Nothing has to be said to a proxy. */
  async disconnect(tx: Transaction, store: CustomKeyStoreRecord): Promise<void> {
    if (store.hsm) await this.hsm.disconnect(this.hsm.clusterOf(tx, store));
  }

  put(tx: Transaction, store: CustomKeyStoreRecord): void {
    customKeyStoreRecords.put(tx, [store.account, store.region, store.id], store);
  }

  /** @throws {Fault} CustomKeyStoreHasCMKsException */
  delete(tx: Transaction, { account, region, id }: CustomKeyStoreRecord): void {
    if (outsideKeyRecords.list(tx, [account, region, id], { limit: 1 }).items.length > 0)
      throw fault('CustomKeyStoreHasCMKsException', `Custom key store ${id} contains KMS keys.`);
    customKeyStoreRecords.delete(tx, [account, region, id]);
  }

  /** @throws {Fault} XksKeyAlreadyInUseException */
  requireFreeKey(tx: Transaction, { account, region, id }: CustomKeyStoreRecord, xksKeyId: string): void {
    if (outsideKeyRecords.find(tx, [account, region, id, xksKeyId]))
      throw fault(
        'XksKeyAlreadyInUseException',
        `The external key ${xksKeyId} belongs to another KMS key of custom key store ${id}.`,
      );
  }

  /** Notes that a KMS key has its material outside. @param id of that */
  addKey(tx: Transaction, store: CustomKeyStoreRecord, id: string, keyId: string): void {
    outsideKeyRecords.put(tx, [store.account, store.region, store.id, id], { keyId });
  }

  /** Forgets the key outside of a KMS key that is deleted, and has that on a cluster destroyed. */
  removeKey(tx: Transaction, { account, region, outside, materials }: KeyRecord): void {
    if (!outside) return;
    const id = outside.xksKeyId ?? materials.at(-1)!.id;
    outsideKeyRecords.delete(tx, [account, region, outside.storeId, id]);
    // A proxy has no way to destroy a key.
    if (outside.xksKeyId === undefined) this.hsm.scheduleDestruction(tx, { account, region }, outside.storeId, id);
  }

  /** The state that a key shows: Unavailable while its store is not connected. */
  stateOf(tx: Transaction, { account, region, outside, state }: KeyRecord): KeyState {
    if (!outside || (state !== 'Enabled' && state !== 'Disabled')) return state;
    return this.find(tx, account, region, outside.storeId)?.connection === 'CONNECTED' ? state : 'Unavailable';
  }

  /** Random bytes of the cluster of a connected store. @throws {Fault} UnsupportedOperationException */
  random(call: Call, store: CustomKeyStoreRecord, bytes: number): Promise<Buffer> {
    if (store.hsm) return this.hsm.random(call, store, bytes);
    throw fault('UnsupportedOperationException', 'External key stores make no random bytes.');
  }

  /** What can be done with material outside. @param call that the key is found for */
  operations(tx: Transaction, key: KeyRecord, call: Call | undefined): SymmetricOperations {
    const store = this.find(tx, key.account, key.region, key.outside!.storeId);
    if (!store) throw new Error(`a key is in the key store ${key.outside!.storeId}, which does not exist`);
    return store.xks ? this.external.operations(key, store, call) : this.hsm.operations(key, store, tx);
  }
}

/** `cks-` and 17 hexadecimal digits. */
export const newCustomKeyStoreId = (): string =>
  identifier('key store', () => `cks-${randomBytes(9).toString('hex').slice(0, 17)}`);

/** The error for a store whose connection does not fit. */
export const invalidState = ({ id, connection }: CustomKeyStoreRecord, needed: string) =>
  fault(
    'CustomKeyStoreInvalidStateException',
    `Custom key store ${id} is ${connection}; this operation needs it to be ${needed}.`,
  );
