import type { GetInstanceProfileCommandInput, GetInstanceProfileCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toInstanceProfile } from '../access.ts';
import { describeProfileWithRole } from '../describe-profile-with-role.ts';
import { describeTags } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import type { IamInstanceProfile } from '../instance-profiles.ts';

type GetInstanceProfile = Operation<
  'GetInstanceProfile',
  Input<GetInstanceProfileCommandInput>,
  Output<GetInstanceProfileCommandOutput>,
  IamInstanceProfile
>;

/**
 * Shows an instance profile with its role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
 */
export const getInstanceProfile = ({ principals }: Iam): GetInstanceProfile => ({
  name: 'GetInstanceProfile',
  access: ({ InstanceProfileName }, call) => toInstanceProfile(call, InstanceProfileName),
  handle: (_input, { record }, call) => ({
    InstanceProfile: { ...describeProfileWithRole(record, call, principals), Tags: describeTags(record.tags) },
  }),
});
