import type { DescribeHandshakeCommandInput, DescribeHandshakeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toHandshake } from '../describe-handshake.ts';
import { type HandshakeResource, handshakeFor } from '../handshake-access.ts';

/**
 * Tells the parties of a handshake how it stands.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeHandshake.html
 */
export const describeHandshake: Operation<
  'DescribeHandshake',
  Input<DescribeHandshakeCommandInput>,
  Output<DescribeHandshakeCommandOutput>,
  HandshakeResource
> = {
  name: 'DescribeHandshake',
  access: (input, call) => ({ resource: handshakeFor(call, input.HandshakeId) }),
  handle: (_input, { record }) => ({ Handshake: toHandshake(record) }),
};
