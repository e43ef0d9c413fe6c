import type { DetachGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { detachPolicy } from '../held-policies.ts';
import { groupHolder } from '../policy-holders.ts';

type DetachGroupPolicy = Operation<'DetachGroupPolicy', Input<DetachGroupPolicyCommandInput>, void, IamGroup>;

/**
 * Detaches a managed policy from a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
 */
export const detachGroupPolicy: DetachGroupPolicy = {
  name: 'DetachGroupPolicy',
  access: ({ GroupName, PolicyArn }, call) => toGroup(call, GroupName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => detachPolicy(tx, groupHolder(record), PolicyArn),
};
