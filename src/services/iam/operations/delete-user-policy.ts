import type { DeleteUserPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedUser } from '../access.ts';
import { deleteInlinePolicy } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type DeleteUserPolicy = Operation<'DeleteUserPolicy', Input<DeleteUserPolicyCommandInput>, void, IamUser>;

/**
 * Deletes a policy that is embedded in a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
 */
export const deleteUserPolicy: DeleteUserPolicy = {
  name: 'DeleteUserPolicy',
  access: ({ UserName }, call) => toBoundedUser(call, UserName),
  handle: ({ PolicyName }, { record }, { tx }) => deleteInlinePolicy(tx, userHolder(record), PolicyName),
};
