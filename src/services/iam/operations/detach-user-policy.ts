import type { DetachUserPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toBoundedUser } from '../access.ts';
import { detachPolicy } from '../held-policies.ts';
import { userHolder } from '../policy-holders.ts';
import type { IamUser } from '../users.ts';

type DetachUserPolicy = Operation<'DetachUserPolicy', Input<DetachUserPolicyCommandInput>, void, IamUser>;

/**
 * Takes a managed policy off a user.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
 */
export const detachUserPolicy: DetachUserPolicy = {
  name: 'DetachUserPolicy',
  access: ({ UserName, PolicyArn }, call) => toBoundedUser(call, UserName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => detachPolicy(tx, userHolder(record), PolicyArn),
};
