import type { GetUserPolicyCommandInput, GetUserPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toUser } from '../access.ts';
import { getInlinePolicy } from '../held-policies.ts';
import { encodeDocument } from '../policy-documents.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type GetUserPolicy = Operation<
  'GetUserPolicy',
  Input<GetUserPolicyCommandInput>,
  Output<GetUserPolicyCommandOutput>,
  IamUser
>;

/**
 * Shows a policy that is embedded in a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
 */
export const getUserPolicy: GetUserPolicy = {
  name: 'GetUserPolicy',
  access: ({ UserName }, call) => toUser(call, UserName),
  handle: ({ PolicyName }, { record }) => {
    const { policyName, document } = getInlinePolicy(userHolder(record), PolicyName);
    return { UserName: record.userName, PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  },
};
