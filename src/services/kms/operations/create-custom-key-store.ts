import type { CreateCustomKeyStoreCommandInput, CreateCustomKeyStoreCommandOutput } from '@aws-sdk/client-kms';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { noKey } from '../conditions.ts';
import { newCustomKeyStoreId } from '../custom-key-stores.ts';
import { requiredProxy } from '../external-key-store.ts';
import type { Kms } from '../kms.ts';
import { requireSameCertificate } from '../trust-anchor.ts';

/**
 * Creates a key store on a cluster of HSMs, or behind a proxy that answers. It is to be connected before it has keys.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateCustomKeyStore.html
 */
export const createCustomKeyStore = ({
  stores,
}: Kms): Operation<
  'CreateCustomKeyStore',
  Input<CreateCustomKeyStoreCommandInput>,
  Output<CreateCustomKeyStoreCommandOutput>
> => ({
  name: 'CreateCustomKeyStore',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input, _resource, call) => {
    const { account, region, tx, now } = call;
    const name = input.CustomKeyStoreName;
    stores.requireFreeName(call, name);
    stores.requireRoom(call);
    const id = newCustomKeyStoreId();
    const store = { account, region, id, name, createdAt: now.getTime(), connection: 'DISCONNECTED' } as const;
    if (input.CustomKeyStoreType === 'EXTERNAL_KEY_STORE') {
      const { endpoint, path, credential } = requiredProxy(input);
      const secret = stores.external.keepSecret(id, credential.RawSecretAccessKey!);
      const signing = { accessKeyId: credential.AccessKeyId!, secret, credentialSince: now.getTime() };
      const external = { ...store, xks: { endpoint, path, ...signing } };
      stores.external.requireFreeUri(stores.all(tx, account, region), id, external.xks);
      return eventually(
        oncePerCall(input, () => stores.external.check(external, call)),
        () => {
          stores.put(tx, external);
          return { CustomKeyStoreId: id };
        },
      );
    }
    const strange = Object.keys(input).find((member) => member.startsWith('Xks'));
    if (strange) throw fault('ValidationException', `${strange} is only for stores of type EXTERNAL_KEY_STORE.`);
    const clusterId = required(input, 'CloudHsmClusterId');
    const trustAnchor = required(input, 'TrustAnchorCertificate');
    const password = required(input, 'KeyStorePassword');
    const cluster = stores.hsm.requireCluster(call, clusterId, 2);
    // INVARIANT: active clusters have both.
    const [certificate, anchor] = [cluster.certificate!, cluster.trustAnchor!];
    if (stores.all(tx, account, region).some(({ hsm }) => hsm?.certificate === certificate))
      throw fault('CloudHsmClusterInUseException', `The cluster ${clusterId} belongs to another key store.`);
    requireSameCertificate(trustAnchor, anchor, clusterId);
    const hsm = { clusterId, trustAnchor, certificate, password: stores.hsm.keepPassword(id, password) };
    stores.put(tx, { ...store, hsm });
    return { CustomKeyStoreId: id };
  },
});

/** @throws {Fault} ValidationException */
const required = (
  input: CreateCustomKeyStoreCommandInput,
  name: 'CloudHsmClusterId' | 'TrustAnchorCertificate' | 'KeyStorePassword',
): string => {
  const value = input[name];
  if (value === undefined)
    throw fault('ValidationException', `${name} is required for a custom key store of type AWS_CLOUDHSM.`);
  return value;
};
