import type { DeleteGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { deleteInlinePolicy } from '../held-policies.ts';
import { groupHolder } from '../policy-holders.ts';

type DeleteGroupPolicy = Operation<'DeleteGroupPolicy', Input<DeleteGroupPolicyCommandInput>, void, IamGroup>;

/**
 * Deletes a policy that is embedded in a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
 */
export const deleteGroupPolicy: DeleteGroupPolicy = {
  name: 'DeleteGroupPolicy',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: ({ PolicyName }, { record }, { tx }) => deleteInlinePolicy(tx, groupHolder(record), PolicyName),
};
