import type { TagResourceCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { findTaggable, replaceTags, type Taggable } from '../taggables.ts';
import { addTags } from '../tags.ts';

/**
 * Adds tags to a root, OU, account or policy, or gives those it has another value.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
 */
export const tagResource: Operation<'TagResource', Input<TagResourceCommandInput>, Record<string, never>, Taggable> = {
  name: 'TagResource',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => findTaggable(tx, organization, input.ResourceId),
      notFound.target,
    ),
    conditions: requestTagConditions(input.Tags),
  }),
  handle: (input, resource, { tx }) => {
    replaceTags(tx, resource, addTags(resource.tags, input.Tags));
    return {};
  },
};
