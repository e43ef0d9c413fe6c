import type { AttachUserPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedUser } from '../access.ts';
import { attachPolicy } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type AttachUserPolicy = Operation<'AttachUserPolicy', Input<AttachUserPolicyCommandInput>, void, IamUser>;

/**
 * Attaches a managed policy to a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
 */
export const attachUserPolicy: AttachUserPolicy = {
  name: 'AttachUserPolicy',
  access: ({ UserName, PolicyArn }, call) => toBoundedUser(call, UserName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => attachPolicy(tx, userHolder(record), PolicyArn),
};
