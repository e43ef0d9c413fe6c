import type { TagInstanceProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toInstanceProfile } from '../access.ts';
import { type IamInstanceProfile, instanceProfiles } from '../instance-profiles.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagInstanceProfile = Operation<
  'TagInstanceProfile',
  Input<TagInstanceProfileCommandInput>,
  void,
  IamInstanceProfile
>;

/**
 * Adds tags to an instance profile; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html
 */
export const tagInstanceProfile: TagInstanceProfile = {
  name: 'TagInstanceProfile',
  access: ({ InstanceProfileName, Tags }, call) =>
    toInstanceProfile(call, InstanceProfileName, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    instanceProfiles.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
};
