import type { ResponsibilityTransfer } from '@aws-sdk/client-organizations';
import type { Transaction } from '../../store/store.ts';
import { type Finder, inOrganization } from './access.ts';
import { accounts } from './accounts.ts';
import { arns } from './arns.ts';
import { notFound } from './faults.ts';
import type { OrganizationRecord } from './organizations.ts';
import type { InOrganization } from './resources.ts';
import {
  type ResponsibilityTransferRecord,
  responsibilityTransfers,
  type TransferDirection,
  type TransferSide,
} from './responsibility-transfers.ts';

/** A transfer as the policies of one of its two management accounts see it. */
export interface TransferResource extends InOrganization {
  readonly record: ResponsibilityTransferRecord;
  readonly direction: TransferDirection;
}

/** The transfer with an id, for its two organizations only. */
export const findTransfer =
  (id: string): Finder<TransferResource> =>
  (organization, tx) => {
    const record = responsibilityTransfers.find(tx, id);
    const direction = record && directionFor(record, organization);
    if (!direction) return undefined;
    return {
      arn: arns.transfer(organization, direction, id),
      account: organization.managementAccount,
      tags: direction === 'inbound' ? record.tags : {},
      conditions: () => transferConditions(direction),
      organization,
      record,
      direction,
    };
  };

/** The transfer of a request, for those who may see or change it. */
export const transferFor = (
  call: Parameters<typeof inOrganization>[0],
  role: Parameters<typeof inOrganization>[1],
  id: string,
): ReturnType<typeof inOrganization<TransferResource>> =>
  inOrganization(call, role, findTransfer(id), notFound.transfer);

/** Condition keys of everything that has to do with transfers. */
export const transferConditions = (direction: TransferDirection): Readonly<Record<string, string>> => ({
  'organizations:TransferType': 'billing',
  'organizations:TransferDirection': direction,
});

const directionFor = (
  { source, target }: ResponsibilityTransferRecord,
  { id }: OrganizationRecord,
): TransferDirection | undefined => {
  if (target.organizationId === id) return 'inbound';
  return source.organizationId === id ? 'outbound' : undefined;
};

/** A transfer as operations show it to one side. */
export const toTransfer =
  (tx: Transaction, organization: OrganizationRecord, direction: TransferDirection) =>
  (record: ResponsibilityTransferRecord): ResponsibilityTransfer => ({
    Arn: arns.transfer(organization, direction, record.id),
    Name: record.name,
    Id: record.id,
    Type: 'BILLING',
    Status: record.status,
    Source: participant(tx, record.source),
    Target: participant(tx, record.target),
    StartTimestamp: new Date(record.startsAt),
    ...(record.endsAt !== undefined && { EndTimestamp: new Date(record.endsAt) }),
    ...(record.handshakeId !== undefined && { ActiveHandshakeId: record.handshakeId }),
  });

const participant = (tx: Transaction, { account }: TransferSide): ResponsibilityTransfer['Source'] => ({
  ManagementAccountId: account,
  ManagementAccountEmail: accounts.find(tx, account)!.email,
});
