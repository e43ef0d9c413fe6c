import type { AttachGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { attachPolicy } from '../held-policies.ts';
import { groupHolder } from '../policy-holders.ts';

type AttachGroupPolicy = Operation<'AttachGroupPolicy', Input<AttachGroupPolicyCommandInput>, void, IamGroup>;

/**
 * Attaches a managed policy to a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
 */
export const attachGroupPolicy: AttachGroupPolicy = {
  name: 'AttachGroupPolicy',
  access: ({ GroupName, PolicyArn }, call) => toGroup(call, GroupName, { 'iam:PolicyARN': PolicyArn }),
  handle: ({ PolicyArn }, { record }, { tx }) => attachPolicy(tx, groupHolder(record), PolicyArn),
};
