import type { CancelHandshakeCommandInput, CancelHandshakeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toHandshake } from '../describe-handshake.ts';
import { type HandshakeResource, handshakeFor } from '../handshake-access.ts';
import { handshakes, requirePending } from '../handshakes.ts';

/**
 * Takes a handshake back that the organization sent.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CancelHandshake.html
 */
export const cancelHandshake: Operation<
  'CancelHandshake',
  Input<CancelHandshakeCommandInput>,
  Output<CancelHandshakeCommandOutput>,
  HandshakeResource
> = {
  name: 'CancelHandshake',
  access: (input, call) => ({ resource: handshakeFor(call, input.HandshakeId, ['originator']) }),
  handle: (_input, { record }, { tx, now }) => {
    requirePending(record, 'CANCELED');
    return { Handshake: toHandshake(handshakes.end(tx, record, 'CANCELED', now)) };
  },
};
