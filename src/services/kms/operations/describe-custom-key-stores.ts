import type {
  CustomKeyStoresListEntry,
  DescribeCustomKeyStoresCommandInput,
  DescribeCustomKeyStoresCommandOutput,
} from '@aws-sdk/client-kms';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { noKey } from '../conditions.ts';
import type { CustomKeyStoreRecord } from '../custom-key-store-record.ts';
import type { Kms } from '../kms.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the custom key stores of the account in this Region, or one by id or name.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeCustomKeyStores.html
 */
export const describeCustomKeyStores = ({
  stores,
}: Kms): Operation<
  'DescribeCustomKeyStores',
  Input<DescribeCustomKeyStoresCommandInput>,
  Output<DescribeCustomKeyStoresCommandOutput>
> => ({
  name: 'DescribeCustomKeyStores',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input, _resource, call) => {
    const { CustomKeyStoreId: id, CustomKeyStoreName: name } = input;
    if (id !== undefined && name !== undefined)
      throw fault('ValidationException', 'Name either CustomKeyStoreId or CustomKeyStoreName, not both.');
    const found = stores
      .all(call.tx, call.account, call.region)
      .filter((store) => (id ?? store.id) === store.id && (name ?? store.name) === store.name);
    if (found.length === 0 && (id ?? name) !== undefined)
      throw fault('CustomKeyStoreNotFoundException', `Custom key store ${id ?? name} does not exist.`);
    const page = pageOf(found, (store) => store.id);
    const { items, truncation } = listPage(input, call, { default: 100 }, page);
    return { CustomKeyStores: items.map(toListEntry), ...truncation };
  },
});

const toListEntry = (store: CustomKeyStoreRecord): CustomKeyStoresListEntry => ({
  CustomKeyStoreId: store.id,
  CustomKeyStoreName: store.name,
  CustomKeyStoreType: store.xks ? 'EXTERNAL_KEY_STORE' : 'AWS_CLOUDHSM',
  ConnectionState: store.connection,
  ...(store.failure && { ConnectionErrorCode: store.failure }),
  CreationDate: new Date(store.createdAt),
  ...(store.xks
    ? {
        XksProxyConfiguration: {
          Connectivity: 'PUBLIC_ENDPOINT',
          AccessKeyId: store.xks.accessKeyId,
          UriEndpoint: store.xks.endpoint,
          UriPath: store.xks.path,
        },
      }
    : { CloudHsmClusterId: store.hsm.clusterId, TrustAnchorCertificate: store.hsm.trustAnchor }),
});
