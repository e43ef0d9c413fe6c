import { formatRecord, type JournalResource, type UserIdentity } from '../journal/record.ts';
import type { Call } from './call.ts';
import type { Caller, SessionIssuer } from './caller.ts';
import type { Access } from './operation.ts';
import type { Outcome, Trace } from './pipeline.ts';
import { redactInput, redactOutput } from './redact.ts';

/**
 * The journal record of one call, as the text that is chained: who asked what of which resource, and how it ended. What
 * the model calls sensitive, and every blob, is left out.
 */
export const recordOf = (
  call: Call,
  { model, input, caller, accesses, decisions, eventData }: Trace,
  outcome: Outcome,
): string =>
  formatRecord({
    eventID: call.eventId,
    eventTime: call.now.toISOString(),
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
    responseElements: outcome.fault ? null : (redactOutput(model, outcome.output) as object | null),
    // JSON leaves out what is undefined; spreading what may be absent would cost more than all of the text.
    additionalEventData: eventData,
    errorCode: outcome.fault?.code,
    errorMessage: outcome.fault?.message || undefined,
    resources: accesses.length === 0 ? undefined : resourcesOf(accesses),
    decisions: decisions.length === 0 ? undefined : decisions,
    eventType: 'AwsApiCall',
    eventCategory: 'Management',
  });

const resourcesOf = (accesses: readonly Access[]): readonly JournalResource[] => {
  const resources: JournalResource[] = [];
  for (const { resource } of accesses) {
    const { account, type, arn } = resource;
    if (type !== undefined) resources.push({ accountId: account, type, ARN: arn });
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
