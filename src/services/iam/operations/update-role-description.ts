import type { UpdateRoleDescriptionCommandInput, UpdateRoleDescriptionCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { describeRoleInFull } from '../descriptions.ts';
import type { Iam } from '../iam.ts';
import { type IamRole, roles, withDescription } from '../roles.ts';
import { displayTrustPolicy } from '../trust-policies.ts';

type UpdateRoleDescription = Operation<
  'UpdateRoleDescription',
  Input<UpdateRoleDescriptionCommandInput>,
  Output<UpdateRoleDescriptionCommandOutput>,
  IamRole
>;

/**
 * Changes a role's description, also that of a service-linked role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html
 */
export const updateRoleDescription = ({ principals }: Iam): UpdateRoleDescription => ({
  name: 'UpdateRoleDescription',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: ({ Description }, { record }, { tx }) => {
    const described = withDescription(record, Description);
    roles.put(tx, described);
    return { Role: describeRoleInFull(described, displayTrustPolicy(described.trustPolicy, tx, principals)) };
  },
});
