import type { GetPolicyVersionCommandInput, GetPolicyVersionCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toPolicy } from '../access.ts';
import { describeVersionInFull } from '../descriptions.ts';
import { getVersion, type IamPolicy } from '../policies.ts';

type GetPolicyVersion = Operation<
  'GetPolicyVersion',
  Input<GetPolicyVersionCommandInput>,
  Output<GetPolicyVersionCommandOutput>,
  IamPolicy
>;

/**
 * Shows a version of a managed policy with its document. Of AWS's policies only the default version is known.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
 */
export const getPolicyVersion: GetPolicyVersion = {
  name: 'GetPolicyVersion',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: ({ VersionId }, { record }) => ({
    PolicyVersion: describeVersionInFull(record, getVersion(record, VersionId)),
  }),
};
