import type { Call } from '../../kernel/call.ts';
import type { Resource } from '../../kernel/operation.ts';
import { noKey } from './conditions.ts';
import type { CustomKeyStoreRecord } from './custom-key-store-record.ts';
import type { CustomKeyStores } from './custom-key-stores.ts';

/** What operations on a key store are allowed on, `*` as for all that name no key, and the store as they find it. */
export interface CustomKeyStoreResource extends Resource {
  readonly store: CustomKeyStoreRecord | undefined;
}

/** @param id of a key store, which may not exist */
export const aboutStore = (stores: CustomKeyStores, id: string, call: Call): CustomKeyStoreResource => ({
  ...noKey(call),
  store: stores.find(call.tx, call.account, call.region, id),
});

/**
 * What the journal tells of a key store that was changed: CloudTrail's `additionalEventData`.
 *
 * @see KMS developer guide: "Logging AWS KMS API calls with AWS CloudTrail", entries of ConnectCustomKeyStore and others
 */
export const storeEventData = (_output: object, { store }: CustomKeyStoreResource): object | undefined =>
  store && { customKeyStoreName: store.name, ...(store.hsm && { clusterId: store.hsm.clusterId }) };
