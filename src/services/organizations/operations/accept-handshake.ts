import type { AcceptHandshakeCommandInput, AcceptHandshakeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { enableAllFeatures, noteApproval } from '../all-features.ts';
import { toHandshake } from '../describe-handshake.ts';
import { type HandshakeResource, handshakeFor } from '../handshake-access.ts';
import { handshakes, requirePending } from '../handshakes.ts';
import { acceptInvitation } from '../invitations.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';
import { acceptTransfer } from '../transfer-invitations.ts';

/**
 * Says yes: the caller's account joins an organization, gives a responsibility away, approves all features, or completes that
 * change as the management account.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
 */
export const acceptHandshake = ({
  accounts: port,
}: OrganizationsParts): Operation<
  'AcceptHandshake',
  Input<AcceptHandshakeCommandInput>,
  Output<AcceptHandshakeCommandOutput>,
  HandshakeResource
> => ({
  name: 'AcceptHandshake',
  access: (input, call) => ({ resource: handshakeFor(call, input.HandshakeId, ['recipient']) }),
  handle: (_input, { record }, { tx, now }) => {
    requirePending(record, 'ACCEPTED');
    if (record.action === 'INVITE') acceptInvitation(tx, port, record, now);
    if (record.action === 'TRANSFER_RESPONSIBILITY') acceptTransfer(tx, record, now);
    if (record.action === 'ENABLE_ALL_FEATURES') enableAllFeatures(tx, port, record, now);
    const accepted = handshakes.end(tx, record, 'ACCEPTED', now);
    if (record.action === 'APPROVE_ALL_FEATURES') noteApproval(tx, accepted);
    return { Handshake: toHandshake(accepted) };
  },
});
