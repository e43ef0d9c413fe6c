import type {
  InviteAccountToOrganizationCommandInput,
  InviteAccountToOrganizationCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { inOrganization } from '../access.ts';
import { toHandshake } from '../describe-handshake.ts';
import { notFound } from '../faults.ts';
import { invite } from '../invitations.ts';
import { invitedAccount } from '../invited-account.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';
import type { InOrganization } from '../resources.ts';
import { addTags } from '../tags.ts';

/**
 * Invites an account of this server to join. The invitation stands for 15 days.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
 */
export const inviteAccountToOrganization = ({
  accounts: port,
}: OrganizationsParts): Operation<
  'InviteAccountToOrganization',
  Input<InviteAccountToOrganizationCommandInput>,
  Output<InviteAccountToOrganizationCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> => ({
  name: 'InviteAccountToOrganization',
  access: (input, call) => {
    const resource = inOrganization(call, 'manager', invitedAccount(input.Target), notFound.account);
    return creatingWithTags({ resource }, 'organizations:TagResource', input.Tags);
  },
  handle: (input, [{ organization }], { tx, now }) => {
    const { Target, Notes, Tags } = input;
    const invitation = { target: Target, notes: Notes, tags: addTags({}, Tags) };
    return { Handshake: toHandshake(invite(tx, port, organization, invitation, now)) };
  },
});
