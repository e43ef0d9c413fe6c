import type {
  ListRequestedServiceQuotaChangeHistoryByQuotaCommandInput,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { isAskedFor } from '../change-requests.ts';
import { describeRequest } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import { quotaAccess, type ServiceQuotas } from '../service-quotas.ts';

type ListRequestedServiceQuotaChangeHistoryByQuota = Operation<
  'ListRequestedServiceQuotaChangeHistoryByQuota',
  Input<ListRequestedServiceQuotaChangeHistoryByQuotaCommandInput>,
  Output<ListRequestedServiceQuotaChangeHistoryByQuotaCommandOutput>
>;

/**
 * Lists the requests of the account in this Region for one quota.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistoryByQuota.html
 */
export const listRequestedServiceQuotaChangeHistoryByQuota = ({
  catalogue,
  requests,
}: ServiceQuotas): ListRequestedServiceQuotaChangeHistoryByQuota => ({
  name: 'ListRequestedServiceQuotaChangeHistoryByQuota',
  access: quotaAccess,
  handle: (input, _resource, call) => {
    const quota = catalogue.get(input.ServiceCode, input.QuotaCode);
    const { items, next } = listPage(input, call, (page) => requests.list(call, page), isAskedFor(input));
    return { RequestedQuotas: items.map((request) => describeRequest(request, quota)), ...next };
  },
});
