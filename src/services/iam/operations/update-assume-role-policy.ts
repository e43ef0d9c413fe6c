import type { UpdateAssumeRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import type { Iam } from '../iam.ts';
import { type IamRole, requireModifiable, roles } from '../roles.ts';
import { acceptTrustPolicy } from '../trust-policies.ts';

type UpdateAssumeRolePolicy = Operation<
  'UpdateAssumeRolePolicy',
  Input<UpdateAssumeRolePolicyCommandInput>,
  void,
  IamRole
>;

/**
 * Replaces the trust policy: who may assume the role. Sessions that exist go on.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
 */
export const updateAssumeRolePolicy = ({ principals }: Iam): UpdateAssumeRolePolicy => ({
  name: 'UpdateAssumeRolePolicy',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: ({ PolicyDocument }, { record }, { tx }) => {
    const trustPolicy = acceptTrustPolicy(PolicyDocument, tx, principals);
    roles.put(tx, { ...requireModifiable(record), trustPolicy });
  },
});
