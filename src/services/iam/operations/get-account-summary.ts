import type { GetAccountSummaryCommandInput, GetAccountSummaryCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { summarize } from '../summary.ts';

type GetAccountSummary = Operation<
  'GetAccountSummary',
  Input<GetAccountSummaryCommandInput>,
  Output<GetAccountSummaryCommandOutput>
>;

/**
 * Counts what the account has, beside its quotas.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
 */
export const getAccountSummary = ({ mfaDevices }: Iam): GetAccountSummary => ({
  name: 'GetAccountSummary',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => ({ SummaryMap: summarize(tx, account, mfaDevices) }),
});
