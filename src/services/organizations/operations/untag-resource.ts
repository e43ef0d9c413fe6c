import type { UntagResourceCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { findTaggable, replaceTags, type Taggable } from '../taggables.ts';
import { removeTags } from '../tags.ts';

/**
 * Removes tags.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UntagResource.html
 */
export const untagResource: Operation<
  'UntagResource',
  Input<UntagResourceCommandInput>,
  Record<string, never>,
  Taggable
> = {
  name: 'UntagResource',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => findTaggable(tx, organization, input.ResourceId),
      notFound.target,
    ),
    conditions: { 'aws:TagKeys': input.TagKeys },
  }),
  handle: (input, resource, { tx }) => {
    replaceTags(tx, resource, removeTags(resource.tags, input.TagKeys));
    return {};
  },
};
