import type { DestinationConfig, FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import type { Call } from '../../kernel/call.ts';
import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { requireDestination } from './destinations.ts';
import { type EventConfigRecord, eventConfigRecords } from './event-record.ts';
import { functionArn } from './function-names.ts';
import type { FunctionPlace, FunctionRecord } from './function-record.ts';
import type { Lambda } from './lambda.ts';

/** What a request says of how events are given to a function. */
export interface GivenEventConfig {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly DestinationConfig?: DestinationConfig | undefined;
}

const keyOf = ({ account, region, name }: FunctionPlace, qualifier: string): readonly string[] => [
  account,
  region,
  name,
  qualifier,
];

/** The configuration of a qualifier. @throws {Fault} ResourceNotFoundException */
export const getEventConfig = (tx: Transaction, place: FunctionPlace, qualifier = '$LATEST'): EventConfigRecord => {
  const found = eventConfigRecords.find(tx, keyOf(place, qualifier));
  if (found) return found;
  const arn = functionArn(place, qualifier);
  throw fault('ResourceNotFoundException', `The function ${arn} doesn't have an EventInvokeConfig`, {
    members: { Type: 'User' },
  });
};

/** The configurations of a function by qualifier, in pages. */
export const listEventConfigs: (
  tx: Transaction,
  place: FunctionPlace,
  page: Parameters<typeof eventConfigRecords.list>[2],
) => ReturnType<typeof eventConfigRecords.list> = (tx, { account, region, name }, page) =>
  eventConfigRecords.list(tx, [account, region, name], page);

/** Takes away all configurations of a function. */
export const deleteEventConfigs = (tx: Transaction, place: FunctionPlace): void => {
  for (const { qualifier } of listEventConfigs(tx, place, { limit: 10_000 }).items)
    deleteEventConfig(tx, place, qualifier);
};

/** Takes away one configuration. */
export const deleteEventConfig = (tx: Transaction, place: FunctionPlace, qualifier = '$LATEST'): void =>
  eventConfigRecords.delete(tx, keyOf(place, qualifier));

/**
 * Stores what a request says.
 *
 * @param before what it does not say stays as it was there; absent: as AWS has it
 * @throws {Fault} InvalidParameterValueException
 */
export const putEventConfig = (
  lambda: Lambda,
  source: FunctionRecord,
  qualifier: string | undefined,
  given: GivenEventConfig,
  call: Call,
  before?: EventConfigRecord,
): EventConfigRecord => {
  const { account, region, name } = source;
  const { OnSuccess, OnFailure } = given.DestinationConfig ?? {};
  const destination = (arn: string | undefined): string | undefined => {
    if (!arn) return undefined;
    requireDestination(lambda, arn, source, call);
    return arn;
  };
  const record = {
    account,
    region,
    name,
    qualifier: qualifier ?? '$LATEST',
    maxRetries: given.MaximumRetryAttempts ?? before?.maxRetries,
    maxAgeSeconds: given.MaximumEventAgeInSeconds ?? before?.maxAgeSeconds,
    onSuccess: OnSuccess ? destination(OnSuccess.Destination) : before?.onSuccess,
    onFailure: OnFailure ? destination(OnFailure.Destination) : before?.onFailure,
    modifiedAt: call.now.getTime(),
  };
  eventConfigRecords.put(call.tx, keyOf(record, record.qualifier), record);
  return record;
};

/** A configuration as operations answer it. */
export const describeEventConfig = (record: EventConfigRecord): FunctionEventInvokeConfig => ({
  FunctionArn: functionArn(record, record.qualifier),
  LastModified: new Date(record.modifiedAt),
  ...(record.maxRetries !== undefined && { MaximumRetryAttempts: record.maxRetries }),
  ...(record.maxAgeSeconds !== undefined && { MaximumEventAgeInSeconds: record.maxAgeSeconds }),
  DestinationConfig: {
    OnSuccess: record.onSuccess === undefined ? {} : { Destination: record.onSuccess },
    OnFailure: record.onFailure === undefined ? {} : { Destination: record.onFailure },
  },
});
