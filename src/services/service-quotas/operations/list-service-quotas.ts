import type { ListServiceQuotasCommandInput, ListServiceQuotasCommandOutput } from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { Quota } from '../../../kernel/quota.ts';
import { describeApplied } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type ListServiceQuotas = Operation<
  'ListServiceQuotas',
  Input<ListServiceQuotasCommandInput>,
  Output<ListServiceQuotasCommandOutput>
>;

/**
 * Lists the values in force of the quotas of a service, by code. All apply at the level of the account.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
 */
export const listServiceQuotas = ({ applied, catalogue }: ServiceQuotas): ListServiceQuotas => ({
  name: 'ListServiceQuotas',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    const { tx, region, account } = call;
    const { ServiceCode, QuotaCode, QuotaAppliedAtLevel } = input;
    const quotas = catalogue.quotasOf(ServiceCode);
    const { items, next } = listPage(
      input,
      call,
      pageOf(quotas, ({ code }) => code),
      ({ code }) => QuotaAppliedAtLevel !== 'RESOURCE' && (QuotaCode === undefined || code === QuotaCode),
    );
    const describe = (quota: Quota) =>
      describeApplied(quota, applied.valueOf(tx, quota, account, region), region, account);
    return { Quotas: items.map(describe), ...next };
  },
});
