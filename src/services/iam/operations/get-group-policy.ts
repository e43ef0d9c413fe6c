import type { GetGroupPolicyCommandInput, GetGroupPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toGroup } from '../access.ts';
import type { IamGroup } from '../groups.ts';
import { getInlinePolicy } from '../held-policies.ts';
import { encodeDocument } from '../policy-documents.ts';
import { groupHolder } from '../policy-holders.ts';

type GetGroupPolicy = Operation<
  'GetGroupPolicy',
  Input<GetGroupPolicyCommandInput>,
  Output<GetGroupPolicyCommandOutput>,
  IamGroup
>;

/**
 * Shows a policy that is embedded in a group.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
 */
export const getGroupPolicy: GetGroupPolicy = {
  name: 'GetGroupPolicy',
  access: ({ GroupName }, call) => toGroup(call, GroupName),
  handle: ({ PolicyName }, { record }) => {
    const { policyName, document } = getInlinePolicy(groupHolder(record), PolicyName);
    return { GroupName: record.groupName, PolicyName: policyName, PolicyDocument: encodeDocument(document) };
  },
};
