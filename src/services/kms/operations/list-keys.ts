import type { ListKeysCommandInput, ListKeysCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { noKey } from '../conditions.ts';
import { keyArn } from '../key-arn.ts';
import type { Kms } from '../kms.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the keys of the account in this Region, by id.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
export const listKeys = ({
  keys,
}: Kms): Operation<'ListKeys', Input<ListKeysCommandInput>, Output<ListKeysCommandOutput>, Resource> => ({
  name: 'ListKeys',
  access: (_input, call) => ({ resource: noKey(call) }),
  handle: (input, _resource, call) => {
    const { account, region, tx } = call;
    const { items, truncation } = listPage(input, call, { default: 100 }, (page) =>
      keys.list(tx, account, region, page),
    );
    return { Keys: items.map((key) => ({ KeyId: key.id, KeyArn: keyArn(key) })), ...truncation };
  },
});
