import type { AddTagsToResourceCommandInput, AddTagsToResourceCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';
import { addTags, taggable } from '../tags.ts';

type AddTagsToResource = Operation<
  'AddTagsToResource',
  Input<AddTagsToResourceCommandInput>,
  Output<AddTagsToResourceCommandOutput>,
  ParameterResource
>;

/**
 * Adds tags to a parameter, or replaces their values.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
 */
export const addTagsToResource = ({ parameters }: Ssm): AddTagsToResource => ({
  name: 'AddTagsToResource',
  access: ({ ResourceType, ResourceId, Tags }, call) => ({
    resource: taggable(parameters, ResourceType, ResourceId, call),
    conditions: requestTagConditions(Tags),
  }),
  handle: ({ Tags }, { record }, { tx }) => {
    parameters.put(tx, { ...record, tags: addTags(record.tags, Tags) });
    return {};
  },
});
