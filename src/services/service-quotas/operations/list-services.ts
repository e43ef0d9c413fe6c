import type { ListServicesCommandInput, ListServicesCommandOutput } from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { listPage } from '../listing.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type ListServices = Operation<'ListServices', Input<ListServicesCommandInput>, Output<ListServicesCommandOutput>>;

/**
 * Lists the services that have quotas, by code.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServices.html
 */
export const listServices = ({ catalogue }: ServiceQuotas): ListServices => ({
  name: 'ListServices',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    const { items, next } = listPage(
      input,
      call,
      pageOf(catalogue.services, ({ code }) => code),
    );
    return { Services: items.map(({ code, name }) => ({ ServiceCode: code, ServiceName: name })), ...next };
  },
});
