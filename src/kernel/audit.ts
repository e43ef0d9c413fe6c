import { randomUuid } from '../crypto/random.ts';
import {
  formatRecord,
  type JournalRecord,
  type JournalResource,
  recordVersion,
  type UserIdentity,
} from '../journal/record.ts';
import type { Call } from './call.ts';
import type { Caller, SessionIssuer } from './caller.ts';
import type { Outcome } from './invocation.ts';
import type { Access } from './operation.ts';
import { ownersEventId } from './owners-event-id.ts';
import { redactInput, redactOutput } from './redact.ts';
import type { Trace } from './trace.ts';

/**
 * The journal records of one call, as the texts that are chained: that of the caller's account first and, where it succeeded
 * with a resource of another account, that account's.
 */
export const recordsOf = (call: Call, trace: Trace, outcome: Outcome): readonly string[] => {
  const record = recordOf(call, trace, outcome);
  const owners = trace.sharesEvents && !outcome.fault ? otherOwners(trace, record.recipientAccountId) : none;
  if (owners.length === 0) return [formatRecord(record)];
  const sharedEventID = randomUuid();
  const copies = owners.map((owner) => ({
    ...record,
    ...asSeenBy(owner, record.userIdentity),
    eventID: ownersEventId(record.eventID, owner),
  }));
  return [record, ...copies].map((each) => formatRecord({ ...each, sharedEventID }));
};

const none: readonly string[] = [];

/** The accounts other than the recipient that own what was used. */
const otherOwners = ({ accesses }: Trace, recipient: string): readonly string[] => {
  if (accesses.every(({ resource }) => resource.account === recipient)) return none;
  const owners = new Set(accesses.map(({ resource }) => resource.account));
  owners.delete(recipient);
  return [...owners];
};

/**
 * What the owner of a resource does not see: who exactly the caller is in the other account, and what its policies say.
 *
 * @see AWS CloudTrail User Guide: "CloudTrail userIdentity element", type `AWSAccount`
 */
const asSeenBy = (recipientAccountId: string, { principalId, accountId, invokedBy }: UserIdentity) => {
  const userIdentity: UserIdentity = {
    type: 'AWSAccount',
    ...(principalId !== undefined && { principalId }),
    ...(accountId !== undefined && { accountId }),
    ...(invokedBy !== undefined && { invokedBy }),
  };
  return { recipientAccountId, userIdentity, decisions: undefined };
};

/**
 * The journal record of one call: who asked what of which resource, and how it ended. What the model calls sensitive, and
 * every blob, is left out.
 */
const recordOf = (
  call: Call,
  { model, input, caller, accesses, decisions, eventData, answered, made }: Trace,
  outcome: Outcome,
): JournalRecord => ({
  eventVersion: recordVersion,
  managementEvent: true,
  eventID: call.eventId,
  eventTime: timeOf(call.now),
  eventSource: `${model.service.endpointPrefix}.amazonaws.com`,
  eventName: call.operation,
  awsRegion: call.region,
  // A caller without an account (federated sign-in) acts on that of the role.
  recipientAccountId: call.account || (accesses[0]?.resource.account ?? ''),
  userIdentity: call.via
    ? { ...identityOf(call.caller), invokedBy: call.via.at(-1)! }
    : identityOf(caller ?? call.caller),
  sourceIPAddress: call.origin.sourceIp,
  userAgent: call.origin.userAgent,
  requestID: call.requestId,
  sentRequestID: call.sentRequestId,
  readOnly: model.readOnly,
  requestParameters: redactInput(model, input) as object | null,
  responseElements: outcome.fault ? null : (answered ?? (redactOutput(model, outcome.output) as object | null)),
  // JSON leaves out what is undefined; spreading what may be absent would cost more than all of the text.
  additionalEventData: eventData,
  errorCode: outcome.fault?.code,
  errorMessage: outcome.fault?.message || undefined,
  resources: made ? [made] : accesses.length === 0 ? undefined : resourcesOf(accesses),
  decisions: decisions.length === 0 ? undefined : decisions,
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
});

/** ISO 8601; calls of one millisecond share the text. */
const timeOf = (now: Date): string => {
  const ms = now.getTime();
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = now.toISOString();
  }
  return lastTime;
};

let lastMs = Number.NaN;
let lastTime = '';

/** Each once, however many permissions on it were needed. */
const resourcesOf = (accesses: readonly Access[]): readonly JournalResource[] => {
  const resources: JournalResource[] = [];
  for (const { resource } of accesses) {
    const { account, type, arn } = resource;
    if (type !== undefined && !resources.some(({ ARN }) => ARN === arn)) {
      resources.push({ accountId: account, type, ARN: arn });
    }
  }
  return resources;
};

const identities = new WeakMap<Caller, UserIdentity>();

const identityOf = (caller: Caller): UserIdentity => {
  let identity = identities.get(caller);
  if (!identity) {
    identity = describe(caller);
    identities.set(caller, identity);
  }
  return identity;
};

const types: Readonly<Record<Caller['kind'], UserIdentity['type']>> = {
  root: 'Root',
  user: 'IAMUser',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  federated: 'WebIdentityUser',
  service: 'AWSService',
  anonymous: 'Unknown',
};

const describe = (caller: Caller): UserIdentity => {
  if (caller.kind === 'federated') return describeFederated(caller);
  return caller.kind === 'service' ? { type: types.service, invokedBy: caller.arn } : describeKnown(caller);
};

/** @see AWS CloudTrail User Guide: "Example userIdentity … for AssumeRoleWithSAML, AssumeRoleWithWebIdentity" */
const describeFederated = ({ arn, userId }: Caller): UserIdentity => ({
  type: arn.includes(':saml-provider/') ? 'SAMLUser' : types.federated,
  principalId: userId,
  identityProvider: arn,
});

const describeKnown = ({ kind, account, arn, userId, userName, accessKeyId, session }: Caller): UserIdentity => ({
  type: types[kind],
  principalId: userId,
  arn,
  accountId: account,
  ...(accessKeyId !== undefined && { accessKeyId }),
  ...(userName !== undefined && { userName }),
  ...(session?.delegate !== undefined && { invokedByDelegate: { accountId: session.delegate } }),
  ...(session && {
    sessionContext: {
      ...(session.issuer && { sessionIssuer: issuerOf(session.issuer, account) }),
      attributes: {
        creationDate: session.issuedAt.toISOString(),
        mfaAuthenticated: session.mfaAuthenticatedAt ? 'true' : 'false',
      },
      ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
    },
  }),
});

const issuerOf = ({ type, uniqueId, arn, userName }: SessionIssuer, account: string): Issuer => ({
  type,
  principalId: uniqueId,
  arn,
  accountId: account,
  ...(userName !== undefined && { userName }),
});

type Issuer = NonNullable<NonNullable<UserIdentity['sessionContext']>['sessionIssuer']>;
