import type {
  GetServiceLastAccessedDetailsCommandInput,
  GetServiceLastAccessedDetailsCommandOutput,
} from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { accessReports, servicesAccessed } from '../access-reports.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';

type GetServiceLastAccessedDetails = Operation<
  'GetServiceLastAccessedDetails',
  Input<GetServiceLastAccessedDetailsCommandInput>,
  Output<GetServiceLastAccessedDetailsCommandOutput>
>;

/**
 * Gives a report on last access: every service that is allowed, and its last use where there was one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
export const getServiceLastAccessedDetails = ({ serviceUses }: Iam): GetServiceLastAccessedDetails => ({
  name: 'GetServiceLastAccessedDetails',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const report = accessReports.get(call.tx, call.account, input.JobId);
    const { items, truncation } = listed(
      input,
      call,
      pageOf(servicesAccessed(call.tx, serviceUses, report), ({ ServiceNamespace }) => ServiceNamespace!),
    );
    return {
      JobStatus: 'COMPLETED',
      JobType: report.granularity,
      JobCreationDate: new Date(report.createdAt),
      JobCompletionDate: new Date(report.createdAt),
      ServicesLastAccessed: [...items],
      ...truncation,
    };
  },
});
