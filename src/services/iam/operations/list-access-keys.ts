import type { ListAccessKeysCommandInput, ListAccessKeysCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toAccessKeyOwner } from '../access.ts';
import type { AccessKeyOwner } from '../access-key-owners.ts';
import { describeAccessKey } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';

type ListAccessKeys = Operation<
  'ListAccessKeys',
  Input<ListAccessKeysCommandInput>,
  Output<ListAccessKeysCommandOutput>,
  AccessKeyOwner
>;

/**
 * Lists the access keys of a user or, without a name, of the caller.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 */
export const listAccessKeys = ({ accessKeys }: Iam): ListAccessKeys => ({
  name: 'ListAccessKeys',
  access: ({ UserName }, call) => toAccessKeyOwner(call, UserName),
  handle: (input, owner, call) => {
    const keys = [...accessKeys.listOf(call.tx, owner)].sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
    const { items, truncation } = listed(
      input,
      call,
      pageOf(keys, ({ accessKeyId }) => accessKeyId),
    );
    return { AccessKeyMetadata: items.map((key) => describeAccessKey(key, owner.userName)), ...truncation };
  },
});
