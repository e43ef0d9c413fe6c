import type { UpdateCustomKeyStoreCommandInput } from '@aws-sdk/client-kms';
import type { Call } from '../../../kernel/call.ts';
import { type Eventually, eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { CloudHsmStoreRecord, CustomKeyStoreRecord, ExternalStoreRecord } from '../custom-key-store-record.ts';
import { aboutStore, type CustomKeyStoreResource, storeEventData } from '../custom-key-store-resource.ts';
import { type CustomKeyStores, invalidState } from '../custom-key-stores.ts';
import { requirePublic } from '../external-key-store.ts';
import type { Kms } from '../kms.ts';

type UpdateInput = Input<UpdateCustomKeyStoreCommandInput>;

/**
 * Changes a custom key store: its name, and path and credential of a proxy, while it is connected or disconnected, all
 * else while it is disconnected.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateCustomKeyStore.html
 */
export const updateCustomKeyStore = ({
  stores,
}: Kms): Operation<'UpdateCustomKeyStore', UpdateInput, Record<string, never>, CustomKeyStoreResource> => ({
  name: 'UpdateCustomKeyStore',
  access: (input, call) => ({ resource: aboutStore(stores, input.CustomKeyStoreId, call) }),
  eventData: storeEventData,
  handle: (input, _resource, call) => {
    const store = stores.get(call, input.CustomKeyStoreId);
    const strange = Object.keys(input).find((member) => (store.xks ? ofClusters : ofProxies).test(member));
    if (strange) throw fault('ValidationException', `${strange} is not a property of custom key store ${store.id}.`);
    const settled = Object.keys(input).some((member) => whileDisconnected.test(member));
    if (store.connection !== 'DISCONNECTED' && !(store.connection === 'CONNECTED' && !settled))
      throw invalidState(store, 'DISCONNECTED');
    const name = input.NewCustomKeyStoreName ?? store.name;
    stores.requireFreeName(call, name, store.id);
    const changed: Eventually<CustomKeyStoreRecord> = store.xks
      ? changedProxy(stores, store, input, call)
      : changedCluster(stores, store, input, call);
    return eventually(changed, (record) => {
      stores.put(call.tx, { ...record, name });
      return {};
    });
  },
});

const ofClusters = /^(CloudHsm|KeyStorePassword)/;
const ofProxies = /^Xks/;
const whileDisconnected =
  /^(CloudHsmClusterId|KeyStorePassword|XksProxyUriEndpoint|XksProxyConnectivity|XksProxyVpc\w+)$/;

/** @throws {Fault} CloudHsmCluster… */
const changedCluster = (
  stores: CustomKeyStores,
  store: CloudHsmStoreRecord,
  { KeyStorePassword: password, CloudHsmClusterId: clusterId = store.hsm.clusterId }: UpdateInput,
  call: Call,
): CloudHsmStoreRecord => {
  const other = clusterId !== store.hsm.clusterId && stores.hsm.requireCluster(call, clusterId, 2);
  if (other && other.certificate !== store.hsm.certificate)
    throw fault('CloudHsmClusterNotRelatedException', `The cluster ${clusterId} has another certificate.`);
  const kept = password === undefined ? {} : { password: stores.hsm.keepPassword(store.id, password) };
  return { ...store, hsm: { ...store.hsm, clusterId, ...kept } };
};

/** @throws {Fault} XksProxy…: the proxy is asked as it would be from now on */
const changedProxy = (
  stores: CustomKeyStores,
  store: ExternalStoreRecord,
  input: UpdateInput,
  call: Call,
): Eventually<ExternalStoreRecord> => {
  if (!Object.keys(input).some((member) => ofProxies.test(member))) return store;
  requirePublic(input.XksProxyConnectivity);
  const { XksProxyUriEndpoint: endpoint = store.xks.endpoint, XksProxyUriPath: path = store.xks.path } = input;
  const credential = input.XksProxyAuthenticationCredential;
  const kept = credential && {
    accessKeyId: credential.AccessKeyId!,
    secret: stores.external.keepSecret(store.id, credential.RawSecretAccessKey!),
    credentialSince: call.now.getTime(),
  };
  const changed = { ...store, xks: { ...store.xks, endpoint, path, ...kept } };
  stores.external.requireFreeUri(stores.all(call.tx, call.account, call.region), store.id, changed.xks);
  return eventually(
    oncePerCall(input, () => stores.external.check(changed, call)),
    () => changed,
  );
};
