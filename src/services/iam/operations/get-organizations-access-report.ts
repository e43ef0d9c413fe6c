import type {
  AccessDetail,
  GetOrganizationsAccessReportCommandInput,
  GetOrganizationsAccessReportCommandOutput,
  SortKeyType,
} from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';
import { organizationAccess, organizationReports } from '../organization-reports.ts';

type GetOrganizationsAccessReport = Operation<
  'GetOrganizationsAccessReport',
  Input<GetOrganizationsAccessReportCommandInput>,
  Output<GetOrganizationsAccessReportCommandOutput>
>;

/**
 * Gives a report on last access in an organization: every service that its control policies allow, and the last use of it
 * where there was one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html
 */
export const getOrganizationsAccessReport = ({ serviceUses }: Iam): GetOrganizationsAccessReport => ({
  name: 'GetOrganizationsAccessReport',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const report = organizationReports.get(call.tx, call.account, input.JobId);
    const at = new Date(report.createdAt);
    const content = organizationAccess(call, serviceUses, report);
    const job = { JobCreationDate: at, JobCompletionDate: at };
    if ('error' in content) return { JobStatus: 'FAILED', ...job, ErrorDetails: content.error };
    const keyed = content.services.toSorted(orders[input.SortKey ?? 'SERVICE_NAMESPACE_ASCENDING']);
    // Pages go by a key that sorts as the list does.
    const places = new Map(keyed.map((detail, place) => [detail, String(place).padStart(4, '0')]));
    const { items, truncation } = listed(
      input,
      call,
      pageOf(keyed, (detail) => places.get(detail)!),
    );
    return {
      JobStatus: 'COMPLETED',
      ...job,
      NumberOfServicesAccessible: keyed.length,
      NumberOfServicesNotAccessed: keyed.filter(({ LastAuthenticatedTime }) => !LastAuthenticatedTime).length,
      AccessDetails: [...items],
      ...truncation,
    };
  },
});

type Order = (a: AccessDetail, b: AccessDetail) => number;

const byName: Order = (a, b) => (a.ServiceNamespace! < b.ServiceNamespace! ? -1 : 1);
const byTime: Order = (a, b) =>
  (a.LastAuthenticatedTime?.getTime() ?? 0) - (b.LastAuthenticatedTime?.getTime() ?? 0) || byName(a, b);

const orders: Readonly<Record<SortKeyType, Order>> = {
  SERVICE_NAMESPACE_ASCENDING: byName,
  SERVICE_NAMESPACE_DESCENDING: (a, b) => byName(b, a),
  LAST_AUTHENTICATED_TIME_ASCENDING: byTime,
  LAST_AUTHENTICATED_TIME_DESCENDING: (a, b) => byTime(b, a),
};
