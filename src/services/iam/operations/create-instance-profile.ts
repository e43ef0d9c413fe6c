import type { CreateInstanceProfileCommandInput, CreateInstanceProfileCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { accounts } from '../accounts.ts';
import { describeInstanceProfile, describeTags } from '../descriptions.ts';
import { instanceProfileResource, instanceProfiles } from '../instance-profiles.ts';
import { timestamp } from '../names.ts';
import { exactTags, firstTags } from '../tags.ts';
import { newUniqueId } from '../unique-ids.ts';

type CreateInstanceProfile = Operation<
  'CreateInstanceProfile',
  Input<CreateInstanceProfileCommandInput>,
  Output<CreateInstanceProfileCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates an instance profile without a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
 */
export const createInstanceProfile: CreateInstanceProfile = {
  name: 'CreateInstanceProfile',
  access: ({ InstanceProfileName, Path = '/', Tags }, { account }) => {
    const resource = instanceProfileResource({ account, path: Path, profileName: InstanceProfileName });
    return creatingWithTags({ resource }, 'iam:TagInstanceProfile', Tags);
  },
  handle: ({ InstanceProfileName, Path = '/', Tags }, _profile, { tx, account, now }) => {
    if (instanceProfiles.find(tx, account, InstanceProfileName)) {
      throw fault('EntityAlreadyExists', `Instance Profile ${InstanceProfileName} already exists.`);
    }
    accounts.countOneMore(tx, account, 'InstanceProfilesPerAccount', now);
    const record = {
      account,
      profileName: InstanceProfileName,
      path: Path,
      profileId: newUniqueId('AIPA'),
      createdAt: timestamp(now),
      tags: firstTags(Tags, exactTags),
    };
    instanceProfiles.put(tx, record);
    const InstanceProfile = describeInstanceProfile(record, undefined);
    return {
      InstanceProfile: { ...InstanceProfile, ...(record.tags.length > 0 && { Tags: describeTags(record.tags) }) },
    };
  },
};
