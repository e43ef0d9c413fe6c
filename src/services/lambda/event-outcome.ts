import { Buffer } from 'node:buffer';
import { randomUuid } from '../../crypto/random.ts';
import type { Dispatch, EventConfigRecord, EventRecord } from './event-record.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';
import type { Finished } from './runtime/sandbox.ts';

/** What became of one try to give an event to its function. */
export type Attempt =
  | { readonly kind: 'ran'; readonly finished: Finished; readonly executedVersion: string }
  /** It could not begin: no execution was free, its role or its key could not be used. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** It was not tried: too old, or the function may not run at all. */
  | { readonly kind: 'discarded'; readonly condition: 'EventAgeExceeded' | 'ZeroReservedConcurrency' };

/** Why an event is done with. @see Lambda developer guide: "Capturing records of Lambda asynchronous invocations" */
type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

const defaultRetries = 2;
const defaultMaxAgeSeconds = 21_600;
/** Before the first and the second retry. @see Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation" */
const retryMs = [60_000, 120_000];
const firstRefusalMs = 1000;
const maxRefusalMs = 300_000;
const maxErrorMessage = 1024;

type Config = Pick<EventConfigRecord, 'maxRetries' | 'maxAgeSeconds' | 'onSuccess' | 'onFailure'> | undefined;

/** How long an event may wait, in milliseconds. */
export const maxAgeMs = (config: Config): number => (config?.maxAgeSeconds ?? defaultMaxAgeSeconds) * 1000;

/** How long to wait before what could not begin is tried again. @param refusals how often it could not */
export const refusalWaitMs = (refusals: number): number => Math.min(firstRefusalMs * 2 ** refusals, maxRefusalMs);

/**
 * What follows an attempt: the event as it is tried next, or undefined where it is done with.
 *
 * A function that fails is given it as often as its configuration says, after one minute and after two; what could not
 * begin is tried until the event is too old.
 */
export const retryOf = (event: EventRecord, attempt: Attempt, config: Config, now: number): EventRecord | undefined => {
  const lastsUntil = event.receivedAt + maxAgeMs(config);
  if (attempt.kind === 'discarded' || (attempt.kind === 'ran' && !attempt.finished.isError)) return undefined;
  const { refusals = 0, ...rest } = event;
  const ran = attempt.kind === 'ran';
  if (ran && event.attempts >= (config?.maxRetries ?? defaultRetries)) return undefined;
  const dueAt = now + (ran ? retryMs[Math.min(event.attempts, 1)]! : refusalWaitMs(refusals));
  if (dueAt > lastsUntil) return undefined;
  return ran ? { ...rest, dueAt, attempts: event.attempts + 1 } : { ...rest, dueAt, refusals: refusals + 1 };
};

/** What is sent on of an event that is done with: to its destination, and to the dead-letter queue of its function. */
export const dispatchesOf = (
  event: EventRecord,
  attempt: Attempt,
  config: Config,
  version: VersionRecord,
  now: number,
): readonly EventRecord[] => {
  const condition = conditionOf(event, attempt, config);
  const succeeded = condition === 'Success';
  const destination = succeeded ? config?.onSuccess : config?.onFailure;
  const { role, deadLetterArn } = version;
  const { account, region, name, id: requestId } = event;
  const sent = (payload: string, dispatch: Omit<Dispatch, 'role' | 'requestId'>): EventRecord => ({
    ...{ id: randomUuid(), account, region, name, payload, receivedAt: now, dueAt: now, attempts: 0 },
    dispatch: { ...dispatch, role, requestId },
  });
  return [
    ...(destination === undefined
      ? []
      : [sent(JSON.stringify(recordOf(event, attempt, condition, now)), { target: destination, succeeded })]),
    ...(succeeded || deadLetterArn === undefined
      ? []
      : [sent(event.payload, { target: deadLetterArn, attributes: attributesOf(requestId, attempt) })]),
  ];
};

const conditionOf = (event: EventRecord, attempt: Attempt, config: Config): Condition => {
  if (attempt.kind === 'discarded') return attempt.condition;
  if (attempt.kind === 'refused') return 'EventAgeExceeded';
  if (!attempt.finished.isError) return 'Success';
  return event.attempts >= (config?.maxRetries ?? defaultRetries) ? 'RetriesExhausted' : 'EventAgeExceeded';
};

const recordOf = (event: EventRecord, attempt: Attempt, condition: Condition, now: number): object => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: event.id,
    functionArn: functionArn(event, event.qualifier ?? '$LATEST'),
    condition,
    approximateInvokeCount: event.attempts + (attempt.kind === 'ran' ? 1 : 0),
  },
  requestPayload: asJson(event.payload),
  ...(attempt.kind === 'ran' && {
    responseContext: {
      statusCode: 200,
      executedVersion: attempt.executedVersion,
      ...(attempt.finished.isError && { functionError: 'Unhandled' }),
    },
    responsePayload: asJson(attempt.finished.payload),
  }),
});

/** @see Lambda developer guide: "Adding a dead-letter queue" */
const attributesOf = (requestId: string, attempt: Attempt): Readonly<Record<string, string>> => {
  const [code, message] = errorOf(attempt);
  return { RequestID: requestId, ErrorCode: String(code), ErrorMessage: cut(message, maxErrorMessage) };
};

const errorOf = (attempt: Attempt): readonly [number, string] => {
  if (attempt.kind === 'discarded') {
    return attempt.condition === 'EventAgeExceeded'
      ? [429, 'The event was older than its maximum age.']
      : [429, 'The function has no concurrent executions: zero are reserved.'];
  }
  if (attempt.kind === 'refused') return [attempt.code === 'TooManyRequestsException' ? 429 : 502, attempt.message];
  const { errorMessage } = Object(asJson(attempt.finished.payload)) as { readonly errorMessage?: unknown };
  return [200, typeof errorMessage === 'string' ? errorMessage : attempt.finished.payload];
};

/** What a function answered need not be JSON. */
const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** @param bytes of UTF-8 */
const cut = (text: string, bytes: number): string => Buffer.from(text).subarray(0, bytes).toString('utf8');
