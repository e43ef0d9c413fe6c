import type { DetachRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { detachPolicy } from '../held-policies.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type DetachRolePolicy = Operation<'DetachRolePolicy', Input<DetachRolePolicyCommandInput>, void, IamRole>;

/**
 * Detaches a managed policy from a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
 */
export const detachRolePolicy: DetachRolePolicy = {
  name: 'DetachRolePolicy',
  access: ({ RoleName, PolicyArn }, call) => toBoundedRole(call, RoleName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => detachPolicy(tx, roleHolder(requireModifiable(record)), PolicyArn),
};
