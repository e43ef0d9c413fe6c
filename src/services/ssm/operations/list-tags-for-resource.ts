import type { ListTagsForResourceCommandInput, ListTagsForResourceCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';
import { taggable } from '../tags.ts';

type ListTagsForResource = Operation<
  'ListTagsForResource',
  Input<ListTagsForResourceCommandInput>,
  Output<ListTagsForResourceCommandOutput>,
  ParameterResource
>;

/**
 * Lists the tags of a parameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html
 */
export const listTagsForResource = ({ parameters }: Ssm): ListTagsForResource => ({
  name: 'ListTagsForResource',
  access: ({ ResourceType, ResourceId }, call) => ({
    resource: taggable(parameters, ResourceType, ResourceId, call),
  }),
  handle: (_input, { record }) => ({
    TagList: Object.entries(record.tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});
