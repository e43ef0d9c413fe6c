import type { AttachRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { attachPolicy } from '../held-policies.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type AttachRolePolicy = Operation<'AttachRolePolicy', Input<AttachRolePolicyCommandInput>, void, IamRole>;

/**
 * Attaches a managed policy to a role.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
 */
export const attachRolePolicy: AttachRolePolicy = {
  name: 'AttachRolePolicy',
  access: ({ RoleName, PolicyArn }, call) => toBoundedRole(call, RoleName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => attachPolicy(tx, roleHolder(requireModifiable(record)), PolicyArn),
};
