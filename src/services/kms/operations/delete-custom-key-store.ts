import type { DeleteCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { aboutStore, type CustomKeyStoreResource, storeEventData } from '../custom-key-store-resource.ts';
import { invalidState } from '../custom-key-stores.ts';
import type { Kms } from '../kms.ts';

/**
 * Deletes a custom key store without keys; its cluster or proxy stays as it is.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteCustomKeyStore.html
 */
export const deleteCustomKeyStore = ({
  stores,
}: Kms): Operation<
  'DeleteCustomKeyStore',
  Input<DeleteCustomKeyStoreCommandInput>,
  Record<string, never>,
  CustomKeyStoreResource
> => ({
  name: 'DeleteCustomKeyStore',
  access: (input, call) => ({ resource: aboutStore(stores, input.CustomKeyStoreId, call) }),
  eventData: storeEventData,
  handle: (input, _resource, call) => {
    const store = stores.get(call, input.CustomKeyStoreId);
    if (store.connection !== 'DISCONNECTED' && store.connection !== 'FAILED')
      throw invalidState(store, 'DISCONNECTED or FAILED');
    stores.delete(call.tx, store);
    return {};
  },
});
