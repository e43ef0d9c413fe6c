import { randomUuid } from '../../crypto/random.ts';
import { Lease } from '../../events/lease.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Store, Transaction } from '../../store/store.ts';
import {
  type EventConfigRecord,
  type EventRecord,
  eventConfigRecords,
  eventQueue,
  eventRecords,
  positionOf,
} from './event-record.ts';
import { functionArn, parseFunctionName } from './function-names.ts';
import type { LambdaFunctions } from './functions.ts';
import type { Invoker } from './invoker.ts';
import type { Finished } from './runtime/sandbox.ts';

const pollMs = 1000;
const atOnce = 16;
const leaseMs = 6000;
const defaultRetries = 2;
const defaultMaxAgeSeconds = 21_600;
/** Before the first and the second retry. @see Lambda developer guide: "How Lambda handles errors and retries with asynchronous invocation" */
const retryMs = [60_000, 120_000];

/** Puts an event in the queue, in the transaction that accepts it. */
export const enqueue = (tx: Transaction, event: Omit<EventRecord, 'dueAt' | 'attempts'>): void => {
  const record = { ...event, dueAt: event.receivedAt, attempts: 0 };
  eventRecords.put(tx, [eventQueue, positionOf(record)], record);
};

/**
 * Gives events to functions, at least once each: an event leaves the queue when its function succeeded, or was tried as
 * often and for as long as it may be; what comes of it goes to the destination.
 */
export class EventQueue {
  readonly #store: Store;
  readonly #functions: LambdaFunctions;
  readonly #invoker: Invoker;
  readonly #report: (error: unknown) => void;
  readonly #lease: Lease | undefined;
  readonly #underWay = new Map<string, Promise<void>>();
  #poll: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;

  constructor(store: Store, functions: LambdaFunctions, invoker: Invoker, report: (error: unknown) => void) {
    this.#store = store;
    this.#functions = functions;
    this.#invoker = invoker;
    this.#report = report;
    if (store.shared) this.#lease = new Lease({ store, name: 'lambda-events', holder: randomUuid(), ttlMs: leaseMs });
  }

  start(): void {
    this.#poll = setInterval(() => this.kick(), pollMs);
    this.#poll.unref();
  }

  /** Waits for what is under way; call after the functions were ended. */
  async stop(): Promise<void> {
    clearInterval(this.#poll);
    this.#poll = undefined;
    await Promise.all(this.#underWay.values());
    await this.#lease?.release();
  }

  /** Looks at once whether something is due. */
  kick(): void {
    if (this.#poll === undefined) return;
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    void this.#look()
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#looking = false;
        if (this.#again) {
          this.#again = false;
          this.kick();
        }
      });
  }

  async #look(): Promise<void> {
    if (this.#lease && !(await this.#lease.keep())) return;
    const now = this.#invoker.connection.now().getTime();
    const limit = atOnce + this.#underWay.size;
    const { items } = await this.#store.transact((tx) => eventRecords.list(tx, [eventQueue], { limit }));
    for (const event of items) {
      if (event.dueAt > now || this.#underWay.size >= atOnce) break;
      if (this.#underWay.has(event.id)) continue;
      const work = this.#work(event)
        .catch((error: unknown) => this.#report(error))
        .finally(() => {
          this.#underWay.delete(event.id);
          this.kick();
        });
      this.#underWay.set(event.id, work);
    }
  }

  async #work(event: EventRecord): Promise<void> {
    const target = await this.#store.transact((tx) => {
      const record = this.#functions.find(tx, event);
      return (
        record && { record, version: this.#functions.resolve(tx, record, event.qualifier), config: configOf(tx, event) }
      );
    });
    if (!target) return this.#store.transact((tx) => this.#remove(tx, event));
    const { record, version, config } = target;
    let finished: Finished | undefined;
    try {
      finished = await this.#invoker.run({
        requestId: event.id,
        version,
        arn: functionArn(event, event.qualifier),
        payload: event.payload,
        clientContext: event.clientContext,
        reserved: record.reservedConcurrency,
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    // The server stops: the next one tries it again.
    if (this.#poll === undefined && (!finished || finished.isError)) return;
    await this.#store.transact((tx) =>
      this.#settle(tx, event, finished, config, this.#invoker.connection.now().getTime()),
    );
  }

  #settle(
    tx: Transaction,
    event: EventRecord,
    finished: Finished | undefined,
    config: EventConfigRecord | undefined,
    now: number,
  ): void {
    const attempts = event.attempts + 1;
    const ageMs = now - event.receivedAt;
    const maxAgeMs = (config?.maxAgeSeconds ?? defaultMaxAgeSeconds) * 1000;
    const failed = !finished || finished.isError;
    // What could not even begin is tried until the event is too old.
    const waitMs = finished ? retryMs[Math.min(event.attempts, 1)]! : Math.min(1000 * 2 ** event.attempts, 300_000);
    const mayRetry = !finished || attempts <= (config?.maxRetries ?? defaultRetries);
    this.#remove(tx, event);
    if (failed && mayRetry && ageMs + waitMs <= maxAgeMs) {
      const later = { ...event, attempts, dueAt: now + waitMs };
      eventRecords.put(tx, [eventQueue, positionOf(later)], later);
      return;
    }
    const destination = failed ? config?.onFailure : config?.onSuccess;
    if (destination === undefined) return;
    const condition = failed ? (mayRetry ? 'EventAgeExceeded' : 'RetriesExhausted') : 'Success';
    const target = parseFunctionName(destination, event);
    enqueue(tx, {
      id: randomUuid(),
      account: target.account,
      region: target.region,
      name: target.name,
      ...(target.qualifier !== undefined && { qualifier: target.qualifier }),
      payload: JSON.stringify(resultOf(event, finished, attempts, condition, now)),
      receivedAt: now,
    });
  }

  #remove(tx: Transaction, event: EventRecord): void {
    eventRecords.delete(tx, [eventQueue, positionOf(event)]);
  }
}

const configOf = (tx: Transaction, { account, region, name, qualifier }: EventRecord): EventConfigRecord | undefined =>
  eventConfigRecords.find(tx, [account, region, name, qualifier ?? '$LATEST']);

/** @see Lambda developer guide: "Capturing records of Lambda asynchronous invocations" */
const resultOf = (
  event: EventRecord,
  finished: Finished | undefined,
  attempts: number,
  condition: string,
  now: number,
) => ({
  version: '1.0',
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: event.id,
    functionArn: functionArn(event, event.qualifier ?? '$LATEST'),
    condition,
    approximateInvokeCount: attempts,
  },
  requestPayload: JSON.parse(event.payload) as unknown,
  ...(finished && {
    responseContext: {
      statusCode: 200,
      executedVersion: event.qualifier ?? '$LATEST',
      ...(finished.isError && { functionError: 'Unhandled' }),
    },
    responsePayload: JSON.parse(finished.payload) as unknown,
  }),
});
