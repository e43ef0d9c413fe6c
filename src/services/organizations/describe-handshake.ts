import type { Handshake, HandshakeParty, HandshakeResource } from '@aws-sdk/client-organizations';
import { arns } from './arns.ts';
import type { HandshakeRecord } from './handshakes.ts';

/** A handshake as operations show it. */
export const toHandshake = (record: HandshakeRecord): Handshake => ({
  Id: record.id,
  Arn: handshakeArn(record),
  Action: record.action,
  State: record.state,
  RequestedTimestamp: new Date(record.requestedAt),
  ExpirationTimestamp: new Date(record.expiresAt),
  Parties: partiesOf(record),
  Resources: resourcesOf(record),
});

/** `arn:aws:organizations::…:handshake/o-…/invite/h-…` */
export const handshakeArn = ({ organizationId, managementAccount, action, id }: HandshakeRecord): string =>
  arns.handshake({ id: organizationId, managementAccount }, action, id);

const partiesOf = ({ organizationId, party }: HandshakeRecord): HandshakeParty[] => [
  { Id: organizationId, Type: 'ORGANIZATION' },
  ...(party ? [{ Id: party.id, Type: party.type }] : []),
];

const resourcesOf = (record: HandshakeRecord): HandshakeResource[] =>
  record.transfer ? transferResourcesOf(record, record.transfer) : organizationResourcesOf(record);

const organizationResourcesOf = ({
  organizationId,
  party,
  parentId,
  notes,
  offer,
}: HandshakeRecord): HandshakeResource[] => [
  {
    Type: 'ORGANIZATION',
    Value: organizationId,
    Resources: [
      { Type: 'MASTER_EMAIL', Value: offer.email },
      { Type: 'MASTER_NAME', Value: offer.name },
      { Type: 'ORGANIZATION_FEATURE_SET', Value: offer.featureSet },
    ],
  },
  ...(party ? [{ Type: party.type, Value: party.id }] : []),
  ...(parentId === undefined ? [] : [{ Type: 'PARENT_HANDSHAKE' as const, Value: parentId }]),
  ...(notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: notes }]),
];

const transferResourcesOf = (
  { managementAccount, party, notes, offer }: HandshakeRecord,
  { id, startsAt }: NonNullable<HandshakeRecord['transfer']>,
): HandshakeResource[] => [
  {
    Type: 'MANAGEMENT_ACCOUNT',
    Value: managementAccount,
    Resources: [
      { Type: 'MANAGEMENT_EMAIL', Value: offer.email },
      { Type: 'MANAGEMENT_NAME', Value: offer.name },
    ],
  },
  ...(party ? [{ Type: party.type, Value: party.id }] : []),
  { Type: 'RESPONSIBILITY_TRANSFER', Value: id },
  { Type: 'TRANSFER_TYPE', Value: 'BILLING' },
  { Type: 'TRANSFER_START_TIMESTAMP', Value: new Date(startsAt).toISOString() },
  ...(notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: notes }]),
];
