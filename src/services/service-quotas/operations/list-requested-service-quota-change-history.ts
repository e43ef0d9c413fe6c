import type {
  ListRequestedServiceQuotaChangeHistoryCommandInput,
  ListRequestedServiceQuotaChangeHistoryCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { isAskedFor } from '../change-requests.ts';
import { describeRequest } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type ListRequestedServiceQuotaChangeHistory = Operation<
  'ListRequestedServiceQuotaChangeHistory',
  Input<ListRequestedServiceQuotaChangeHistoryCommandInput>,
  Output<ListRequestedServiceQuotaChangeHistoryCommandOutput>
>;

/**
 * Lists the requests of the account in this Region.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistory.html
 */
export const listRequestedServiceQuotaChangeHistory = ({
  catalogue,
  requests,
}: ServiceQuotas): ListRequestedServiceQuotaChangeHistory => ({
  name: 'ListRequestedServiceQuotaChangeHistory',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    const { items, next } = listPage(input, call, (page) => requests.list(call, page), isAskedFor(input));
    return {
      RequestedQuotas: items.map((request) => describeRequest(request, catalogue.get(request.service, request.code))),
      ...next,
    };
  },
});
