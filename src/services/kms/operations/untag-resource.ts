import type { UntagResourceCommandInput } from '@aws-sdk/client-kms';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { tagKeysCondition } from '../conditions.ts';
import type { Kms } from '../kms.ts';
import type { KmsKey } from '../kms-key.ts';
import { removeTags } from '../tags.ts';

/**
 * Removes tags from a key; those it does not have are no error.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
 */
export const untagResource = ({
  keys,
}: Kms): Operation<'UntagResource', Input<UntagResourceCommandInput>, Record<string, never>, KmsKey> => ({
  name: 'UntagResource',
  access: (input, call) => ({
    resource: keys.resolve(input.KeyId, call),
    conditions: tagKeysCondition(input.TagKeys),
  }),
  handle: (input, key, { tx }) => {
    key.requireState('UntagResource');
    keys.update(tx, { ...key.record, tags: removeTags(key.tags, input.TagKeys) });
    return {};
  },
});
