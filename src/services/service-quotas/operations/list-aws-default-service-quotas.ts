import type {
  ListAWSDefaultServiceQuotasCommandInput,
  ListAWSDefaultServiceQuotasCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { describeDefault } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type ListAWSDefaultServiceQuotas = Operation<
  'ListAWSDefaultServiceQuotas',
  Input<ListAWSDefaultServiceQuotasCommandInput>,
  Output<ListAWSDefaultServiceQuotasCommandOutput>
>;

/**
 * Lists AWS's default values of the quotas of a service, by code.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html
 */
export const listAwsDefaultServiceQuotas = ({ catalogue }: ServiceQuotas): ListAWSDefaultServiceQuotas => ({
  name: 'ListAWSDefaultServiceQuotas',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    const quotas = catalogue.quotasOf(input.ServiceCode);
    const { items, next } = listPage(
      input,
      call,
      pageOf(quotas, ({ code }) => code),
    );
    return { Quotas: items.map((quota) => describeDefault(quota, call.region)), ...next };
  },
});
