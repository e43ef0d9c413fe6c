import type { ListTagsCommandInput, ListTagsCommandOutput } from '@aws-sdk/client-lambda';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { taggable } from '../tags.ts';

type ListTags = Operation<'ListTags', Input<ListTagsCommandInput>, Output<ListTagsCommandOutput>, FunctionResource>;

/**
 * The tags of a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html
 */
export const listTags = ({ functions }: Lambda): ListTags => ({
  name: 'ListTags',
  access: (input, call) => ({ resource: functions.select(taggable(input.Resource), call) }),
  handle: (_input, { record }) => ({ Tags: { ...record.tags } }),
});
