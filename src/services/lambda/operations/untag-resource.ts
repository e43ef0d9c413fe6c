import type { UntagResourceCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { taggable } from '../tags.ts';

type UntagResource = Operation<
  'UntagResource',
  Input<UntagResourceCommandInput>,
  Record<string, never>,
  FunctionResource
>;

/**
 * Takes tags from a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html
 */
export const untagResource = ({ functions }: Lambda): UntagResource => ({
  name: 'UntagResource',
  access: (input, call) => ({
    resource: functions.select(taggable(input.Resource), call),
    conditions: { 'aws:TagKeys': input.TagKeys },
  }),
  handle: (input, { record }, { tx }) => {
    const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !input.TagKeys.includes(key)));
    functions.put(tx, { ...record, tags });
    return {};
  },
});
