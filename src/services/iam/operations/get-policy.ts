import type { GetPolicyCommandInput, GetPolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toPolicy } from '../access.ts';
import { attachments } from '../attachments.ts';
import { describePolicyInFull } from '../descriptions.ts';
import type { IamPolicy } from '../policies.ts';

type GetPolicy = Operation<'GetPolicy', Input<GetPolicyCommandInput>, Output<GetPolicyCommandOutput>, IamPolicy>;

/**
 * Shows a managed policy of the account or of AWS, without its document.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
 */
export const getPolicy: GetPolicy = {
  name: 'GetPolicy',
  access: ({ PolicyArn }, call) => toPolicy(call, PolicyArn),
  handle: (_input, { record }, { tx, account }) => ({
    Policy: describePolicyInFull(record, attachments.counts(tx, account, record.arn)),
  }),
};
