/** Of CloudTrail's record format. */
export const recordVersion = '1.11';

/**
 * One journal record: what a call was, who made it, how it was decided and how it ended. The fields are CloudTrail's own,
 * so that trails and LookupEvents need no translation, plus `decisions` and `sentRequestID`, which are ours and stay inside.
 *
 * @see AWS CloudTrail User Guide: "CloudTrail record contents"
 */
export type JournalRecord = RecordFields & RecordCategory;

/** A record says twice of what category it is. */
type RecordCategory =
  | { readonly managementEvent: true; readonly eventCategory: 'Management' }
  | { readonly managementEvent: false; readonly eventCategory: 'Data' };

interface RecordFields {
  readonly eventVersion: typeof recordVersion;
  /** Lower-case UUID, unique to this record. */
  readonly eventID: string;
  /** ISO 8601 in UTC, e.g. `2026-11-22T00:36:30.123Z`; CloudTrail's seconds are cut from it when a trail is written. */
  readonly eventTime: string;
  /** `kms.amazonaws.com` */
  readonly eventSource: string;
  /** Operation, or the name of a service event such as `DeleteKey`. */
  readonly eventName: string;
  readonly awsRegion: string;
  /** The account that gets to see this record. */
  readonly recipientAccountId: string;
  /** Records of several accounts about one call share this id. */
  readonly sharedEventID?: string;
  readonly userIdentity: UserIdentity;
  /** Address of the client, or the service that called on its behalf. */
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  /** As the answer's request id header says it; absent in service events. */
  readonly requestID?: string;
  /** Of calls that a service made for its caller: id of the request that the caller sent. Ours; never shown in trails. */
  readonly sentRequestID?: string | undefined;
  readonly readOnly: boolean;
  /** Input in CloudTrail's spelling, already redacted; null when there is none. */
  readonly requestParameters: object | null;
  /** Output of calls that change something, already redacted; else null. */
  readonly responseElements: object | null;
  /** Facts about the event that are neither input nor output, e.g. the id of the key material that KMS used. */
  readonly additionalEventData?: object | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  readonly resources?: readonly JournalResource[] | undefined;
  readonly eventType: 'AwsApiCall' | 'AwsServiceEvent';
  readonly serviceEventDetails?: object;
  readonly tlsDetails?: {
    readonly tlsVersion: string;
    readonly cipherSuite: string;
    readonly clientProvidedHostHeader: string;
  };
  /** What the policy engine was asked and answered, in its order, up to the first refusal; never shown in trails. */
  readonly decisions?: readonly JournalDecision[] | undefined;
}

/** One answer of the policy engine: docs/formats/journal.md, "Decisions". */
export interface JournalDecision {
  /** `kms:Encrypt` */
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
  readonly by: JournalVerdict;
  /** Of refusals: what came close, and what the request lacked. */
  readonly why?: JournalReasons;
}

/** What decided. */
export interface JournalVerdict {
  /** `Deny`: a Deny statement matched; `None`: no policy of this type allows. */
  readonly effect: 'Allow' | 'Deny' | 'None';
  /** Type of policy, `grant` of the service, or `root`. */
  readonly type: string;
  /** ARN or name of the policy; absent for that of the resource itself, and where no policy decided. */
  readonly policy?: string;
  /** Place of the statement in the policy, from 0. */
  readonly statement?: number;
  readonly sid?: string;
}

/** Why a request was refused. */
export interface JournalReasons {
  /** Allow statements on the action that did not apply, of the type that refused; a few of them. */
  readonly missed?: readonly JournalMiss[];
  /** Condition keys that statements asked about and the request did not have. */
  readonly absentKeys?: readonly string[];
}

/** A statement that would have allowed, and what of it did not match: `Principal`, `Resource`, `Bool aws:SecureTransport`. */
export interface JournalMiss {
  readonly policy?: string;
  readonly statement: number;
  readonly sid?: string;
  readonly mismatches: readonly string[];
}

/** @see AWS CloudTrail User Guide: "CloudTrail userIdentity element" */
export interface UserIdentity {
  readonly type:
    | 'Root'
    | 'IAMUser'
    | 'AssumedRole'
    | 'FederatedUser'
    | 'SAMLUser'
    | 'WebIdentityUser'
    | 'AWSAccount'
    | 'AWSService'
    | 'Unknown';
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly identityProvider?: string;
  readonly sessionContext?: {
    readonly sessionIssuer?: {
      readonly type: string;
      readonly principalId: string;
      readonly arn: string;
      readonly accountId: string;
      readonly userName?: string;
    };
    readonly attributes?: { readonly creationDate: string; readonly mfaAuthenticated: 'true' | 'false' };
    readonly sourceIdentity?: string;
    readonly webIdFederationData?: object;
  };
  /** The service that made the call for the principal, or that is the principal: `ssm.amazonaws.com`. */
  readonly invokedBy?: string;
  /** The account that the session was delegated to. */
  readonly invokedByDelegate?: { readonly accountId: string };
}

/** A resource that the call was about. */
export interface JournalResource {
  readonly accountId: string;
  /** `AWS::KMS::Key` */
  readonly type: string;
  readonly ARN: string;
}

/** What a record says where its text is silent. Never to change: texts are for ever. */
const usual = {
  eventVersion: '1.11',
  managementEvent: true,
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
  responseElements: null,
} as const;

/**
 * The record as one line of JSON, without what {@link parseRecord} knows by itself: a fifth of the text, which every call
 * pays for as it is written, hashed, compressed and stored. docs/formats/journal.md
 */
export const formatRecord = (record: JournalRecord): string => {
  const { recipientAccountId, userIdentity, resources, decisions } = record;
  const text: { -readonly [Name in keyof JournalRecord]?: unknown } = { ...record };
  if (record.eventVersion === usual.eventVersion) text.eventVersion = undefined;
  if (record.managementEvent) {
    text.managementEvent = undefined;
    text.eventCategory = undefined;
  }
  if (record.eventType === usual.eventType) text.eventType = undefined;
  if (record.responseElements === null) text.responseElements = undefined;
  if (recipientAccountId === userIdentity.accountId) text.recipientAccountId = undefined;
  if (decisions?.[0] && decisions[0].resource === resources?.[0]?.ARN)
    text.decisions = [{ ...decisions[0], resource: undefined }, ...decisions.slice(1)];
  return JSON.stringify(text);
};

/** Inverse of {@link formatRecord}; what a text says itself counts. */
export const parseRecord = (text: string): JournalRecord => {
  const record = { ...usual, ...JSON.parse(text) };
  record.recipientAccountId ??= record.userIdentity.accountId;
  const first = record.decisions?.[0];
  if (first) first.resource ??= record.resources[0].ARN;
  return record;
};

/** Whether a record only tells the owner of a resource what the record of the caller's account tells as well. */
export const isOwnersCopy = ({ sharedEventID, userIdentity }: JournalRecord): boolean =>
  sharedEventID !== undefined && userIdentity.type === 'AWSAccount';
