import type {
  UpdateResponsibilityTransferCommandInput,
  UpdateResponsibilityTransferCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { responsibilityTransfers } from '../responsibility-transfers.ts';
import { type TransferResource, toTransfer, transferFor } from '../transfer-resources.ts';

/**
 * Gives a transfer another name.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateResponsibilityTransfer.html
 */
export const updateResponsibilityTransfer: Operation<
  'UpdateResponsibilityTransfer',
  Input<UpdateResponsibilityTransferCommandInput>,
  Output<UpdateResponsibilityTransferCommandOutput>,
  TransferResource
> = {
  name: 'UpdateResponsibilityTransfer',
  access: (input, call) => ({ resource: transferFor(call, 'manager', input.Id) }),
  handle: ({ Name: name }, { organization, direction, record }, { tx }) => {
    const renamed = { ...record, name };
    responsibilityTransfers.put(tx, renamed);
    return { ResponsibilityTransfer: toTransfer(tx, organization, direction)(renamed) };
  },
};
