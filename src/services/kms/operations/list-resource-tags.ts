import type { ListResourceTagsCommandInput, ListResourceTagsCommandOutput } from '@aws-sdk/client-kms';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { listPage } from '../listing.ts';
import { toTagList } from '../tags.ts';

/**
 * Lists the tags of a key, by tag key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
 */
export const listResourceTags = ({
  keys,
}: Kms): Operation<
  'ListResourceTags',
  Input<ListResourceTagsCommandInput>,
  Output<ListResourceTagsCommandOutput>,
  KmsKey
> => ({
  name: 'ListResourceTags',
  access: (input, call) => ({ resource: keys.resolve(input.KeyId, call) }),
  handle: (input, key, call) => {
    const tags = pageOf(toTagList(key.tags), (tag) => tag.TagKey!);
    const { items, truncation } = listPage(input, call, { default: 50, max: 50 }, tags);
    return { Tags: items, ...truncation };
  },
});
