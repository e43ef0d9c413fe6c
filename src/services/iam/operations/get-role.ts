import type { GetRoleCommandInput, GetRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { describeLastUse, describeRoleInFull } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import type { IamRole } from '../roles.ts';
import { displayTrustPolicy } from '../trust-policies.ts';

type GetRole = Operation<'GetRole', Input<GetRoleCommandInput>, Output<GetRoleCommandOutput>, IamRole>;

/**
 * Shows a role with its trust policy and when it was last used.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export const getRole = ({ principals, serviceUses }: Iam): GetRole => ({
  name: 'GetRole',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: (_input, { record }, { tx }) => ({
    Role: {
      ...describeRoleInFull(record, displayTrustPolicy(record.trustPolicy, tx, principals)),
      RoleLastUsed: describeLastUse(serviceUses.latest(tx, record.roleId)),
    },
  }),
});
