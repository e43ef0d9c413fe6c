import type {
  ListInboundResponsibilityTransfersCommandInput,
  ListInboundResponsibilityTransfersCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';
import { responsibilityTransfers } from '../responsibility-transfers.ts';
import { toTransfer, transferConditions } from '../transfer-resources.ts';

/**
 * Lists the organizations whose bills the caller's pays, or asked to pay.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListInboundResponsibilityTransfers.html
 */
export const listInboundResponsibilityTransfers: Operation<
  'ListInboundResponsibilityTransfers',
  Input<ListInboundResponsibilityTransfersCommandInput>,
  Output<ListInboundResponsibilityTransfersCommandOutput>,
  InOrganization
> = {
  name: 'ListInboundResponsibilityTransfers',
  access: (_input, call) => ({
    resource: organizationAs(call, 'reader'),
    conditions: transferConditions('inbound'),
  }),
  handle: (input, { organization }, call) => {
    const all = responsibilityTransfers.all(call.tx, organization.id, 'inbound');
    const wanted = all.filter(({ id }) => input.Id === undefined || id === input.Id);
    if (input.Id !== undefined && wanted.length === 0) throw notFound.transfer();
    const { items, next } = listPage(
      input,
      call,
      pageOf(wanted, ({ id }) => id),
    );
    return { ResponsibilityTransfers: items.map(toTransfer(call.tx, organization, 'inbound')), ...next };
  },
};
