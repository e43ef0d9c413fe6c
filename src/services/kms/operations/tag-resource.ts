import type { TagResourceCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { tagsOfRequest } from '../conditions.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { addTags } from '../tags.ts';

/**
 * Adds tags to a key, or gives those it has another value.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
 */
export const tagResource = ({
  keys,
}: Kms): Operation<'TagResource', Input<TagResourceCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'TagResource',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: tagsOfRequest(input.Tags),
  }),
  handle: (input, key, { tx }) => {
    key.requireState('TagResource');
    keys.update(tx, { ...key.record, tags: addTags(key.tags, input.Tags) });
    return {};
  },
});
