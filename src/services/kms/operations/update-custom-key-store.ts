import type { UpdateCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { noKey } from '../conditions.ts';
import { invalidState } from '../custom-key-stores.ts';
import type { Kms } from '../kms.ts';

/**
 * Changes a custom key store: its name at any time, the password or the cluster while it is disconnected.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateCustomKeyStore.html
 */
export const updateCustomKeyStore = ({
  stores,
}: Kms): Operation<'UpdateCustomKeyStore', Input<UpdateCustomKeyStoreCommandInput>, Record<string, never>> => ({
  name: 'UpdateCustomKeyStore',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input, _resource, call) => {
    const store = stores.get(call, input.CustomKeyStoreId);
    const { NewCustomKeyStoreName: name = store.name, KeyStorePassword: password } = input;
    const { CloudHsmClusterId: clusterId = store.hsm.clusterId } = input;
    const strange = Object.keys(input).find((member) => member.startsWith('Xks'));
    if (strange) throw fault('ValidationException', `${strange} is not a property of custom key store ${store.id}.`);
    const renamesOnly = password === undefined && input.CloudHsmClusterId === undefined;
    if (store.connection !== 'DISCONNECTED' && !(store.connection === 'CONNECTED' && renamesOnly))
      throw invalidState(store, 'DISCONNECTED');
    stores.requireFreeName(call, name, store.id);
    const other = clusterId !== store.hsm.clusterId && stores.hsm.requireCluster(call, clusterId, 2);
    if (other && other.certificate !== store.hsm.certificate)
      throw fault('CloudHsmClusterNotRelatedException', `The cluster ${clusterId} has another certificate.`);
    const kept = password === undefined ? {} : { password: stores.hsm.keepPassword(store.id, password) };
    stores.put(call.tx, { ...store, name, hsm: { ...store.hsm, clusterId, ...kept } });
    return {};
  },
});
