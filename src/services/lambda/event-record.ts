import { collection } from '../../store/collection.ts';
import type { FunctionPlace } from './function-record.ts';

/** An event that waits to be given to a function. */
export interface EventRecord extends FunctionPlace {
  readonly id: string;
  readonly qualifier?: string;
  readonly payload: string;
  readonly clientContext?: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** When it is tried next. */
  readonly dueAt: number;
  /** How often it was tried. */
  readonly attempts: number;
}

/** How a function, or a qualifier of it, gets events. */
export interface EventConfigRecord extends FunctionPlace {
  /** `$LATEST`, a version or an alias. */
  readonly qualifier: string;
  readonly maxRetries: number | undefined;
  readonly maxAgeSeconds: number | undefined;
  /** ARNs of functions. */
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
