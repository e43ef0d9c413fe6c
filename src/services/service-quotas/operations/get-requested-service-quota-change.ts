import type {
  GetRequestedServiceQuotaChangeCommandInput,
  GetRequestedServiceQuotaChangeCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeRequest } from '../descriptions.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type GetRequestedServiceQuotaChange = Operation<
  'GetRequestedServiceQuotaChange',
  Input<GetRequestedServiceQuotaChangeCommandInput>,
  Output<GetRequestedServiceQuotaChangeCommandOutput>
>;

/**
 * Shows a request for more, and how it was decided.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetRequestedServiceQuotaChange.html
 */
export const getRequestedServiceQuotaChange = ({
  catalogue,
  requests,
}: ServiceQuotas): GetRequestedServiceQuotaChange => ({
  name: 'GetRequestedServiceQuotaChange',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    const request = requests.get(call, input.RequestId);
    return { RequestedQuota: describeRequest(request, catalogue.get(request.service, request.code)) };
  },
});
