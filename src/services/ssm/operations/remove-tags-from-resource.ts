import type { RemoveTagsFromResourceCommandInput, RemoveTagsFromResourceCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';
import { taggable } from '../tags.ts';

type RemoveTagsFromResource = Operation<
  'RemoveTagsFromResource',
  Input<RemoveTagsFromResourceCommandInput>,
  Output<RemoveTagsFromResourceCommandOutput>,
  ParameterResource
>;

/**
 * Takes tags from a parameter; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html
 */
export const removeTagsFromResource = ({ parameters }: Ssm): RemoveTagsFromResource => ({
  name: 'RemoveTagsFromResource',
  access: ({ ResourceType, ResourceId, TagKeys }, call) => ({
    resource: taggable(parameters, ResourceType, ResourceId, call),
    conditions: { 'aws:TagKeys': TagKeys },
  }),
  handle: ({ TagKeys }, { record }, { tx }) => {
    const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key)));
    parameters.put(tx, { ...record, tags });
    return {};
  },
});
