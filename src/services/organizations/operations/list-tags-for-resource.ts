import type { ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { findTaggable, type Taggable } from '../taggables.ts';
import { toTagList } from '../tags.ts';

/**
 * Lists the tags of a root, OU, account or policy, by key.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
 */
export const listTagsForResource: Operation<
  'ListTagsForResource',
  Input<ListTagsForResourceCommandInput>,
  Output<ListTagsForResourceCommandOutput>,
  Taggable
> = {
  name: 'ListTagsForResource',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => findTaggable(tx, organization, input.ResourceId),
      notFound.target,
    ),
  }),
  handle: (input, resource, call) => {
    const { items, next } = listPage(
      { ...input, MaxResults: tagsPerPage },
      call,
      pageOf(toTagList(resource.tags), ({ Key }) => Key),
    );
    return { Tags: [...items], ...next };
  },
};

const tagsPerPage = 50;
