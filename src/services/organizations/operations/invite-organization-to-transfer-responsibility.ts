import type {
  InviteOrganizationToTransferResponsibilityCommandInput,
  InviteOrganizationToTransferResponsibilityCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { inOrganization } from '../access.ts';
import { toHandshake } from '../describe-handshake.ts';
import { notFound } from '../faults.ts';
import { invitedAccount } from '../invited-account.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';
import type { InOrganization } from '../resources.ts';
import { addTags } from '../tags.ts';
import { inviteToTransfer } from '../transfer-invitations.ts';
import { transferConditions } from '../transfer-resources.ts';

/**
 * Asks the management account of another organization to let the caller's pay its bills, from the first day of a month on.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteOrganizationToTransferResponsibility.html
 */
export const inviteOrganizationToTransferResponsibility = ({
  accounts: port,
}: OrganizationsParts): Operation<
  'InviteOrganizationToTransferResponsibility',
  Input<InviteOrganizationToTransferResponsibilityCommandInput>,
  Output<InviteOrganizationToTransferResponsibilityCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> => ({
  name: 'InviteOrganizationToTransferResponsibility',
  access: (input, call) => {
    const resource = inOrganization(call, 'manager', invitedAccount(input.Target), notFound.account);
    const conditions = transferConditions('inbound');
    return creatingWithTags({ resource, conditions }, 'organizations:TagResource', input.Tags);
  },
  handle: (input, [{ organization }], { tx, now }) => {
    const { SourceName: name, Target: invited, StartTimestamp: startsAt, Notes: notes, Tags } = input;
    const transfer = { name, invited, startsAt, notes, tags: addTags({}, Tags) };
    return { Handshake: toHandshake(inviteToTransfer(tx, port, organization, transfer, now)) };
  },
});
