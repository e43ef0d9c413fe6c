import type { PutUserPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedUser } from '../access.ts';
import { putInlinePolicy } from '../held-policies.ts';
import { requireWellFormed } from '../policy-documents.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type PutUserPolicy = Operation<'PutUserPolicy', Input<PutUserPolicyCommandInput>, void, IamUser>;

/**
 * Embeds a policy in a user, or replaces the one of that name.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
 */
export const putUserPolicy: PutUserPolicy = {
  name: 'PutUserPolicy',
  access: ({ UserName }, call) => toBoundedUser(call, UserName),
  handle: ({ PolicyName, PolicyDocument }, { record }, { tx }) => {
    requireWellFormed(PolicyDocument, 'identity');
    putInlinePolicy(tx, userHolder(record), PolicyName, PolicyDocument);
  },
};
