import type { ConnectCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { startConnecting } from '../custom-key-store-connection.ts';
import { aboutStore, type CustomKeyStoreResource, storeEventData } from '../custom-key-store-resource.ts';
import { invalidState } from '../custom-key-stores.ts';
import type { Kms } from '../kms.ts';

/**
 * Begins to connect a custom key store to its cluster or proxy. Whether that succeeds, DescribeCustomKeyStores tells.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ConnectCustomKeyStore.html
 */
export const connectCustomKeyStore = ({
  stores,
}: Kms): Operation<
  'ConnectCustomKeyStore',
  Input<ConnectCustomKeyStoreCommandInput>,
  Record<string, never>,
  CustomKeyStoreResource
> => ({
  name: 'ConnectCustomKeyStore',
  access: (input, call) => ({ resource: aboutStore(stores, input.CustomKeyStoreId, call) }),
  eventData: storeEventData,
  handle: (input, _resource, call) => {
    const store = stores.get(call, input.CustomKeyStoreId);
    const { connection } = store;
    if (connection === 'FAILED' || connection === 'DISCONNECTING') throw invalidState(store, 'DISCONNECTED');
    if (store.hsm) stores.hsm.requireCluster(call, store.hsm.clusterId, 1);
    if (connection === 'DISCONNECTED') startConnecting(call.tx, stores, store, call.now);
    return {};
  },
});
