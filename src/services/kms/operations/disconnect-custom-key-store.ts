import type { DisconnectCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { startDisconnecting } from '../custom-key-store-connection.ts';
import { aboutStore, type CustomKeyStoreResource, storeEventData } from '../custom-key-store-resource.ts';
import { invalidState } from '../custom-key-stores.ts';
import type { Kms } from '../kms.ts';

/**
 * Disconnects a custom key store: its keys are Unavailable until it is connected again.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DisconnectCustomKeyStore.html
 */
export const disconnectCustomKeyStore = ({
  stores,
}: Kms): Operation<
  'DisconnectCustomKeyStore',
  Input<DisconnectCustomKeyStoreCommandInput>,
  Record<string, never>,
  CustomKeyStoreResource
> => ({
  name: 'DisconnectCustomKeyStore',
  access: (input, call) => ({ resource: aboutStore(stores, input.CustomKeyStoreId, call) }),
  eventData: storeEventData,
  handle: (input, _resource, call) => {
    const store = stores.get(call, input.CustomKeyStoreId);
    if (store.connection === 'DISCONNECTED' || store.connection === 'DISCONNECTING')
      throw invalidState(store, 'CONNECTED, CONNECTING or FAILED');
    startDisconnecting(call.tx, stores, store, call.now);
    return {};
  },
});
