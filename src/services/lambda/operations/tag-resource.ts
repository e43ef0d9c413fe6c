import type { TagResourceCommandInput } from '@aws-sdk/client-lambda';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { tagRecordConditions } from '../../../kernel/request-tags.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { taggable, withTags } from '../tags.ts';

type TagResource = Operation<'TagResource', Input<TagResourceCommandInput>, Record<string, never>, FunctionResource>;

/**
 * Adds tags to a function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
 */
export const tagResource = ({ functions }: Lambda): TagResource => ({
  name: 'TagResource',
  access: (input, call) => ({
    resource: functions.select(taggable(input.Resource), call),
    conditions: tagRecordConditions(input.Tags),
  }),
  handle: (input, { record }, { tx }) => {
    functions.put(tx, { ...record, tags: withTags(record.tags, input.Tags) });
    return {};
  },
});
