import type { DeclineHandshakeCommandInput, DeclineHandshakeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toHandshake } from '../describe-handshake.ts';
import { type HandshakeResource, handshakeFor } from '../handshake-access.ts';
import { handshakes, requirePending } from '../handshakes.ts';

/**
 * Says no.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeclineHandshake.html
 */
export const declineHandshake: Operation<
  'DeclineHandshake',
  Input<DeclineHandshakeCommandInput>,
  Output<DeclineHandshakeCommandOutput>,
  HandshakeResource
> = {
  name: 'DeclineHandshake',
  access: (input, call) => ({ resource: handshakeFor(call, input.HandshakeId, ['recipient']) }),
  handle: (_input, { record }, { tx, now }) => {
    requirePending(record, 'DECLINED');
    return { Handshake: toHandshake(handshakes.end(tx, record, 'DECLINED', now)) };
  },
};
