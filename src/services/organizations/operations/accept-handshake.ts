import type { AcceptHandshakeCommandInput, AcceptHandshakeCommandOutput } from '@aws-sdk/client-organizations';
import type { Call } from '../../../kernel/call.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { enableAllFeatures, noteApproval } from '../all-features.ts';
import { toHandshake } from '../describe-handshake.ts';
import { type HandshakeResource, handshakeFor } from '../handshake-access.ts';
import { type HandshakeRecord, handshakes, requirePending } from '../handshakes.ts';
import { acceptInvitation } from '../invitations.ts';
import { organizations } from '../organizations.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';
import { acceptTransfer } from '../transfer-invitations.ts';

/**
 * Says yes: the caller's account joins an organization, gives a responsibility away, approves all features, or completes that
 * change as the management account. Whoever lets an organization with all features in lets it have its role there.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
 */
export const acceptHandshake = ({
  accounts: port,
}: OrganizationsParts): Operation<
  'AcceptHandshake',
  Input<AcceptHandshakeCommandInput>,
  Output<AcceptHandshakeCommandOutput>,
  readonly [HandshakeResource, ...Resource[]]
> => ({
  name: 'AcceptHandshake',
  access: (input, call) => {
    const resource = handshakeFor(call, input.HandshakeId, ['recipient']);
    const role =
      'record' in resource && letsOrganizationsIn(resource.record, call)
        ? port.accessToOrganizationsRole(call.tx, call.account)
        : undefined;
    return role ? [{ resource }, role] : [{ resource }];
  },
  handle: (_input, [{ record }], { tx, now }) => {
    requirePending(record, 'ACCEPTED');
    if (record.action === 'INVITE') acceptInvitation(tx, port, record, now);
    if (record.action === 'TRANSFER_RESPONSIBILITY') acceptTransfer(tx, record, now);
    if (record.action === 'ENABLE_ALL_FEATURES') enableAllFeatures(tx, port, record, now);
    const accepted = handshakes.end(tx, record, 'ACCEPTED', now);
    if (record.action === 'APPROVE_ALL_FEATURES') noteApproval(tx, accepted);
    return { Handshake: toHandshake(accepted) };
  },
});

const letsOrganizationsIn = ({ action, organizationId }: HandshakeRecord, { tx }: Call): boolean => {
  if (action === 'INVITE') return organizations.find(tx, organizationId)?.featureSet === 'ALL';
  return action === 'APPROVE_ALL_FEATURES';
};
