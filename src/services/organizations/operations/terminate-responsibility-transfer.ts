import type {
  TerminateResponsibilityTransferCommandInput,
  TerminateResponsibilityTransferCommandOutput,
} from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type ResponsibilityTransferRecord, responsibilityTransfers } from '../responsibility-transfers.ts';
import { endOf } from '../transfer-dates.ts';
import { type TransferResource, toTransfer, transferFor } from '../transfer-resources.ts';

/**
 * Withdraws a transfer, as either side: it lasts to the end of a month, of the first that is possible unless told.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_TerminateResponsibilityTransfer.html
 */
export const terminateResponsibilityTransfer: Operation<
  'TerminateResponsibilityTransfer',
  Input<TerminateResponsibilityTransferCommandInput>,
  Output<TerminateResponsibilityTransferCommandOutput>,
  TransferResource
> = {
  name: 'TerminateResponsibilityTransfer',
  access: (input, call) => ({ resource: transferFor(call, 'manager', input.Id) }),
  handle: ({ EndTimestamp }, { organization, direction, record }, { tx, now }) => {
    requireAccepted(record);
    const withdrawn = { ...record, status: 'WITHDRAWN' as const, endsAt: endOf(record, EndTimestamp, now) };
    responsibilityTransfers.put(tx, withdrawn);
    return { ResponsibilityTransfer: toTransfer(tx, organization, direction)(withdrawn) };
  },
};

const requireAccepted = ({ status }: ResponsibilityTransferRecord): void => {
  if (status === 'ACCEPTED') return;
  if (status === 'WITHDRAWN') {
    throw fault(
      'ResponsibilityTransferAlreadyInStatusException',
      'The responsibility transfer is already in the status that you specified.',
    );
  }
  throw fault(
    'InvalidResponsibilityTransferTransitionException',
    "The responsibility transfer can't transition to the requested state because it's not in a valid state for this operation.",
  );
};
