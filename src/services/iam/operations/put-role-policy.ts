import type { PutRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedRole } from '../access.ts';
import { putInlinePolicy } from '../held-policies.ts';
import { requireWellFormed } from '../policy-documents.ts';
import { roleHolder } from '../policy-holders.ts';
import { type IamRole, requireModifiable } from '../roles.ts';

type PutRolePolicy = Operation<'PutRolePolicy', Input<PutRolePolicyCommandInput>, void, IamRole>;

/**
 * Embeds a policy in a role, or replaces the one of that name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export const putRolePolicy: PutRolePolicy = {
  name: 'PutRolePolicy',
  access: ({ RoleName }, call) => toBoundedRole(call, RoleName),
  handle: ({ PolicyName, PolicyDocument }, { record }, { tx }) => {
    requireWellFormed(PolicyDocument, 'identity');
    putInlinePolicy(tx, roleHolder(requireModifiable(record)), PolicyName, PolicyDocument);
  },
};
