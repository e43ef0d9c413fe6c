import type { ListInstanceProfilesCommandInput, ListInstanceProfilesCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeProfileWithRole } from '../describe-profile-with-role.ts';
import type { Iam } from '../iam.ts';
import { instanceProfiles } from '../instance-profiles.ts';
import { listed } from '../listing.ts';

type ListInstanceProfiles = Operation<
  'ListInstanceProfiles',
  Input<ListInstanceProfilesCommandInput>,
  Output<ListInstanceProfilesCommandOutput>
>;

/**
 * Lists the account's instance profiles by name, also those below a path only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
 */
export const listInstanceProfiles = ({ principals }: Iam): ListInstanceProfiles => ({
  name: 'ListInstanceProfiles',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:instance-profile${PathPrefix}`, account },
  }),
  handle: (input, _resource, call) => {
    const { PathPrefix = '/' } = input;
    const { items, truncation } = listed(
      input,
      call,
      (page) => instanceProfiles.list(call.tx, call.account, page),
      ({ path }) => path.startsWith(PathPrefix),
    );
    const InstanceProfiles = items.map((profile) => describeProfileWithRole(profile, call, principals));
    return { InstanceProfiles, ...truncation };
  },
});
