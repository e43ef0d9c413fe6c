import { collection } from '../../store/collection.ts';
import type { FunctionPlace } from './function-record.ts';

/** An event that waits to be given to a function, or what came of one that waits to be sent on. */
export interface EventRecord extends FunctionPlace {
  readonly id: string;
  readonly qualifier?: string;
  /** JSON that the function gets, or that is sent on. */
  readonly payload: string;
  readonly clientContext?: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** When it is tried next. */
  readonly dueAt: number;
  /** How often the function ran. */
  readonly attempts: number;
  /** How often it could not even begin since it last ran; absent: never. */
  readonly refusals?: number;
  /** Of what is sent on: where it goes. */
  readonly dispatch?: Dispatch;
}

/** Where the record of an asynchronous invocation goes. */
export interface Dispatch {
  /** ARN of a destination or a dead-letter queue. */
  readonly target: string;
  /** The execution role that sends it. */
  readonly role: string;
  /** Id of the event that it is about. */
  readonly requestId: string;
  /** Of a destination: whether the event succeeded. Absent: a dead-letter queue. */
  readonly succeeded?: boolean;
  /** Message attributes of a dead-letter queue. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** How a function, or a qualifier of it, gets events. */
export interface EventConfigRecord extends FunctionPlace {
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  readonly maxRetries: number | undefined;
  readonly maxAgeSeconds: number | undefined;
  /** ARNs of functions, queues, topics or event buses. */
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
  readonly modifiedAt: number;
}

/** Events by when they are due. */
export const eventRecords = collection<EventRecord>('lambda.events', { key: ['queue', 'position'], large: true });

/** Event configurations by qualifier. */
export const eventConfigRecords = collection<EventConfigRecord>('lambda.event-configs', {
  key: ['account', 'region', 'name', 'qualifier'],
});

/** The one partition of {@link eventRecords}. */
export const eventQueue = 'all';

/** Code-point order is time order. */
export const positionOf = ({ dueAt, id }: EventRecord): string => `${new Date(dueAt).toISOString()} ${id}`;
