import type {
  DescribeResponsibilityTransferCommandInput,
  DescribeResponsibilityTransferCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type TransferResource, toTransfer, transferFor } from '../transfer-resources.ts';

/**
 * Tells the two organizations of a transfer how it stands.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResponsibilityTransfer.html
 */
export const describeResponsibilityTransfer: Operation<
  'DescribeResponsibilityTransfer',
  Input<DescribeResponsibilityTransferCommandInput>,
  Output<DescribeResponsibilityTransferCommandOutput>,
  TransferResource
> = {
  name: 'DescribeResponsibilityTransfer',
  access: (input, call) => ({ resource: transferFor(call, 'reader', input.Id) }),
  handle: (_input, { organization, direction, record }, { tx }) => ({
    ResponsibilityTransfer: toTransfer(tx, organization, direction)(record),
  }),
};
