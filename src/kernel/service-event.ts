import { randomUuid } from '../crypto/random.ts';
import { formatRecord, recordVersion } from '../journal/record.ts';
import type { Transaction } from '../store/store.ts';
import type { Resource } from './operation.ts';

/** Something that a service did by itself. */
export interface ServiceEvent {
  /** Name of the service: `kms`. */
  readonly service: string;
  /** Event name: `DeleteKey`. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resource: Resource;
  /** CloudTrail's `serviceEventDetails`. */
  readonly details: object;
  readonly now: Date;
}

/**
 * Journals what no caller asked for, in the transaction that does it.
 *
 * @see AWS CloudTrail User Guide: "Non-API events captured by CloudTrail", "AWS service events"
 */
export const appendServiceEvent = (tx: Transaction, event: ServiceEvent): void => {
  const { service, name, account, region, resource, details, now } = event;
  tx.append(
    formatRecord({
      eventVersion: recordVersion,
      managementEvent: true,
      eventID: randomUuid(),
      eventTime: now.toISOString(),
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      awsRegion: region,
      recipientAccountId: account,
      userIdentity: { type: 'AWSService', accountId: account, invokedBy: internal },
      sourceIPAddress: internal,
      userAgent: internal,
      readOnly: false,
      requestParameters: null,
      responseElements: null,
      ...(resource.type && { resources: [{ accountId: account, type: resource.type, ARN: resource.arn }] }),
      eventType: 'AwsServiceEvent',
      eventCategory: 'Management',
      serviceEventDetails: details,
    }),
  );
};

const internal = 'AWS Internal';
