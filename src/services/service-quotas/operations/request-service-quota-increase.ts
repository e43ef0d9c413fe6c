import type {
  RequestServiceQuotaIncreaseCommandInput,
  RequestServiceQuotaIncreaseCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeRequest } from '../descriptions.ts';
import { quotaAccess, type ServiceQuotas } from '../service-quotas.ts';

type RequestServiceQuotaIncrease = Operation<
  'RequestServiceQuotaIncrease',
  Input<RequestServiceQuotaIncreaseCommandInput>,
  Output<RequestServiceQuotaIncreaseCommandOutput>
>;

/**
 * Asks for a higher value: it is PENDING until an operator decides, unless the server is set to approve by itself.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
 */
export const requestServiceQuotaIncrease = ({ catalogue, requests }: ServiceQuotas): RequestServiceQuotaIncrease => ({
  name: 'RequestServiceQuotaIncrease',
  access: quotaAccess,
  handle: (input, _resource, call) => {
    const quota = catalogue.get(input.ServiceCode, input.QuotaCode);
    return { RequestedQuota: describeRequest(requests.open(call, quota, input.DesiredValue), quota) };
  },
});
