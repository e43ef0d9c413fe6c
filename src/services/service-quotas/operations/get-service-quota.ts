import type { GetServiceQuotaCommandInput, GetServiceQuotaCommandOutput } from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeApplied } from '../descriptions.ts';
import { quotaAccess, type ServiceQuotas } from '../service-quotas.ts';

type GetServiceQuota = Operation<
  'GetServiceQuota',
  Input<GetServiceQuotaCommandInput>,
  Output<GetServiceQuotaCommandOutput>
>;

/**
 * Shows the value in force of a quota.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export const getServiceQuota = ({ applied, catalogue }: ServiceQuotas): GetServiceQuota => ({
  name: 'GetServiceQuota',
  access: quotaAccess,
  handle: (input, _resource, call) => {
    const { tx, region, account } = call;
    const quota = catalogue.get(input.ServiceCode, input.QuotaCode);
    return { Quota: describeApplied(quota, applied.valueOf(tx, quota, account, region), region, account) };
  },
});
