import type { GetHumanReadableSummaryCommandInput, GetHumanReadableSummaryCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { delegationRequest, noDelegationRequest } from '../delegation-requests.ts';

type GetHumanReadableSummary = Operation<
  'GetHumanReadableSummary',
  Input<GetHumanReadableSummaryCommandInput>,
  Output<GetHumanReadableSummaryCommandOutput>
>;

/**
 * Would sum up a delegation request, the one kind of entity that AWS sums up. There are none: see
 * `delegation-requests.ts`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html
 */
export const getHumanReadableSummary: GetHumanReadableSummary = {
  name: 'GetHumanReadableSummary',
  access: ({ EntityArn }) => {
    const [, account, id] = /^arn:aws:iam::(\d{12}):delegation-request\/([\w-]{16,128})$/.exec(EntityArn) ?? [];
    if (!account || !id) throw fault('InvalidInput', `The entity ${EntityArn} is not a delegation request.`);
    return { resource: delegationRequest(account, id) };
  },
  handle: noDelegationRequest,
};
