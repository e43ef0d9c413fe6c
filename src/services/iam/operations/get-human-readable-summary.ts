import type { GetHumanReadableSummaryCommandInput, GetHumanReadableSummaryCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type DelegationResource, delegationRequest } from '../delegation-access.ts';

type GetHumanReadableSummary = Operation<
  'GetHumanReadableSummary',
  Input<GetHumanReadableSummaryCommandInput>,
  Output<GetHumanReadableSummaryCommandOutput>,
  DelegationResource
>;

/**
 * Would sum up a delegation request, the one kind of entity that AWS sums up: there is no language model to do so.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetHumanReadableSummary.html
 */
export const getHumanReadableSummary: GetHumanReadableSummary = {
  name: 'GetHumanReadableSummary',
  access: ({ EntityArn }, call) => {
    const [, account, id] = /^arn:aws:iam::(\d{12}):delegation-request\/([\w-]{16,128})$/.exec(EntityArn) ?? [];
    if (!account || !id) throw fault('InvalidInput', `The entity ${EntityArn} is not a delegation request.`);
    return { resource: delegationRequest({ ...call, account }, id) };
  },
  handle: ({ Locale = 'en' }) => ({ Locale, SummaryState: 'NOT_SUPPORTED' }),
};
