import type { UntagInstanceProfileCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { type IamInstanceProfile, instanceProfiles } from '../instance-profiles.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagInstanceProfile = Operation<
  'UntagInstanceProfile',
  Input<UntagInstanceProfileCommandInput>,
  void,
  IamInstanceProfile
>;

/**
 * Takes tags off an instance profile; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html
 */
export const untagInstanceProfile: UntagInstanceProfile = {
  name: 'UntagInstanceProfile',
  access: ({ InstanceProfileName, TagKeys }, call) =>
    toInstanceProfile(call, InstanceProfileName, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    instanceProfiles.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
};
