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

const resourcesOf = ({ organizationId, party, parentId, notes, offer }: HandshakeRecord): HandshakeResource[] => [
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
