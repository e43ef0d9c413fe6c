import type { PutGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { putInlinePolicy } from '../held-policies.ts';
import { requireWellFormed } from '../policy-documents.ts';
import { groupHolder } from '../policy-holders.ts';

type PutGroupPolicy = Operation<'PutGroupPolicy', Input<PutGroupPolicyCommandInput>, void, IamGroup>;

/**
 * Embeds a policy in a group, or replaces the one of that name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
 */
export const putGroupPolicy: PutGroupPolicy = {
  name: 'PutGroupPolicy',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: ({ PolicyName, PolicyDocument }, { record }, { tx }) => {
    requireWellFormed(PolicyDocument, 'identity');
    putInlinePolicy(tx, groupHolder(record), PolicyName, PolicyDocument);
  },
};
