import type {
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toRole } from '../access.ts';
import { describeProfileWithRole } from '../describe-profile-with-role.ts';
import type { Iam } from '../iam.ts';
import { instanceProfiles } from '../instance-profiles.ts';
import { listed } from '../listing.ts';
import { nameKey } from '../names.ts';
import type { IamRole } from '../roles.ts';

type ListInstanceProfilesForRole = Operation<
  'ListInstanceProfilesForRole',
  Input<ListInstanceProfilesForRoleCommandInput>,
  Output<ListInstanceProfilesForRoleCommandOutput>,
  IamRole
>;

/**
 * Lists the instance profiles that carry a role, by name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
 */
export const listInstanceProfilesForRole = ({ principals }: Iam): ListInstanceProfilesForRole => ({
  name: 'ListInstanceProfilesForRole',
  access: ({ RoleName }, call) => toRole(call, RoleName),
  handle: (input, { record }, call) => {
    const names = [...record.instanceProfileNames].map(nameKey).sort();
    const { items, truncation } = listed(
      input,
      call,
      pageOf(names, (name) => name),
    );
    const InstanceProfiles = items.map((name) =>
      describeProfileWithRole(instanceProfiles.find(call.tx, call.account, name)!, call, principals),
    );
    return { InstanceProfiles, ...truncation };
  },
});
