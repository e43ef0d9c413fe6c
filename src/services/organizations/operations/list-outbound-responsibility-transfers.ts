import type {
  ListOutboundResponsibilityTransfersCommandInput,
  ListOutboundResponsibilityTransfersCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';
import { responsibilityTransfers } from '../responsibility-transfers.ts';
import { toTransfer, transferConditions } from '../transfer-resources.ts';

/**
 * Lists the organizations that pay the bills of the caller's, or asked to.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOutboundResponsibilityTransfers.html
 */
export const listOutboundResponsibilityTransfers: Operation<
  'ListOutboundResponsibilityTransfers',
  Input<ListOutboundResponsibilityTransfersCommandInput>,
  Output<ListOutboundResponsibilityTransfersCommandOutput>,
  InOrganization
> = {
  name: 'ListOutboundResponsibilityTransfers',
  access: (_input, call) => ({
    resource: organizationAs(call, 'reader'),
    conditions: transferConditions('outbound'),
  }),
  handle: (input, { organization }, call) => {
    const all = responsibilityTransfers.all(call.tx, organization.id, 'outbound');
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ id }) => id),
    );
    return { ResponsibilityTransfers: items.map(toTransfer(call.tx, organization, 'outbound')), ...next };
  },
};
