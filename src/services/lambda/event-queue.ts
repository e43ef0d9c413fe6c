import { randomUuid } from '../../crypto/random.ts';
import { Lease } from '../../events/lease.ts';
import { Fault } from '../../kernel/fault.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { Dispatcher } from './dispatcher.ts';
import { type Attempt, dispatchesOf, maxAgeMs, refusalWaitMs, retryOf } from './event-outcome.ts';
import {
  type Dispatch,
  type EventConfigRecord,
  type EventRecord,
  eventConfigRecords,
  eventQueue,
  eventRecords,
  positionOf,
} from './event-record.ts';
import { functionArn } from './function-names.ts';
import type { FunctionRecord, VersionRecord } from './function-record.ts';
import type { LambdaFunctions } from './functions.ts';
import type { Invoker } from './invoker.ts';
import { concurrencyOf } from './quotas.ts';

const pollMs = 1000;
/** Events under way at one time, and how many of them are one function's: a slow one does not keep others waiting. */
const atOnce = 16;
const atOnceOfOne = 8;
/** Events that are read at a time, and in all, to find some that can begin. */
const pageSize = 64;
const maxPages = 8;
const leaseMs = 6000;
/** Records are sent on for as long as events are kept by default. */
const dispatchAgeMs = 21_600_000;

/** Puts an event in the queue, in the transaction that accepts it. */
export const enqueue = (tx: Transaction, event: Omit<EventRecord, 'dueAt' | 'attempts'>): void =>
  put(tx, { ...event, dueAt: event.receivedAt, attempts: 0 });

const put = (tx: Transaction, event: EventRecord): void => eventRecords.put(tx, [eventQueue, positionOf(event)], event);

/** What the queue works with. */
export interface EventQueueParts {
  readonly store: Store;
  readonly functions: LambdaFunctions;
  readonly invoker: Invoker;
  readonly applied: QuotaValues;
  readonly report: (error: unknown) => void;
}

/** A function that an event is for, as it is when the event is due. */
interface Target {
  readonly record: FunctionRecord;
  readonly version: VersionRecord;
  readonly config: EventConfigRecord | undefined;
}

/**
 * Gives events to functions, at least once each: an event leaves the queue when its function succeeded, or was tried as
 * often and for as long as it may be; in the same transaction, what came of it enters the queue, to be sent on.
 */
export class EventQueue {
  readonly #parts: EventQueueParts;
  readonly #dispatcher: Dispatcher;
  readonly #lease: Lease | undefined;
  readonly #underWay = new Map<string, UnderWay>();
  #poll: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;

  constructor(parts: EventQueueParts) {
    const { store, invoker } = parts;
    this.#parts = parts;
    this.#dispatcher = new Dispatcher(store, invoker);
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
    await Promise.all([...this.#underWay.values()].map(({ work }) => work));
    await this.#lease?.release().catch((error: unknown) => this.#parts.report(error));
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
      .catch((error: unknown) => this.#parts.report(error))
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
    const now = this.#parts.invoker.connection.now().getTime();
    let after: string | undefined;
    for (let page = 0; page < maxPages && this.#underWay.size < atOnce; page++) {
      const { items, next } = await this.#parts.store.transact((tx) =>
        eventRecords.list(tx, [eventQueue], { limit: pageSize, ...(after !== undefined && { after }) }),
      );
      for (const event of items) {
        if (event.dueAt > now || this.#underWay.size >= atOnce) return;
        this.#begin(event);
      }
      if (next === undefined) return;
      after = next;
    }
  }

  #begin(event: EventRecord): void {
    const of = functionArn(event);
    const sameFunction = [...this.#underWay.values()].filter((each) => each.of === of).length;
    if (this.#underWay.has(event.id) || sameFunction >= atOnceOfOne) return;
    const work = this.#work(event)
      .catch((error: unknown) => this.#failed(event, error))
      .catch((error: unknown) => this.#parts.report(error))
      .finally(() => {
        this.#underWay.delete(event.id);
        this.kick();
      });
    this.#underWay.set(event.id, { of, work });
  }

  #work(event: EventRecord): Promise<void> {
    return event.dispatch ? this.#sendOn(event, event.dispatch) : this.#run(event);
  }

  async #run(event: EventRecord): Promise<void> {
    const { store, functions, invoker } = this.#parts;
    const found = await store.transact((tx): Target | undefined => {
      const record = functions.find(tx, event);
      return record && { record, version: functions.resolve(tx, record, event.qualifier), config: configOf(tx, event) };
    });
    if (!found) return store.transact((tx) => void this.#take(tx, event));
    const attempt = await this.#attempt(event, found);
    // The server stops: the next one tries it again.
    if (this.#poll === undefined && attempt.kind === 'refused') return;
    const now = invoker.connection.now().getTime();
    await store.transact((tx) => {
      // Somebody else has settled it, where a lease was lost meanwhile.
      if (!this.#take(tx, event)) return;
      const later = retryOf(event, attempt, found.config, now);
      const next = later ? [later] : dispatchesOf(event, attempt, found.config, found.version, now);
      for (const each of next) put(tx, each);
    });
  }

  async #attempt(event: EventRecord, { record, version, config }: Target): Promise<Attempt> {
    const { store, invoker, applied } = this.#parts;
    if (record.reservedConcurrency === 0) return { kind: 'discarded', condition: 'ZeroReservedConcurrency' };
    const ageMs = invoker.connection.now().getTime() - event.receivedAt;
    if (ageMs > maxAgeMs(config)) return { kind: 'discarded', condition: 'EventAgeExceeded' };
    try {
      const finished = await invoker.run({
        requestId: event.id,
        version,
        arn: functionArn(event, event.qualifier),
        payload: event.payload,
        clientContext: event.clientContext,
        most: await store.transact((tx) => concurrencyOf(applied, tx, record)),
      });
      return { kind: 'ran', finished, executedVersion: version.version };
    } catch (error) {
      if (!(error instanceof Fault)) this.#parts.report(error);
      const { code, message } = error instanceof Fault ? error : unexpected;
      return { kind: 'refused', code, message };
    }
  }

  async #sendOn(event: EventRecord, dispatch: Dispatch): Promise<void> {
    const { store, invoker } = this.#parts;
    const sent = await this.#dispatcher.send(event, dispatch, (tx) => void this.#take(tx, event));
    if (sent || this.#poll === undefined) return;
    await store.transact((tx) => this.#later(tx, event, invoker.connection.now().getTime()));
  }

  /** What ended in an error of ours waits, too, before it is tried again. */
  async #failed(event: EventRecord, error: unknown): Promise<void> {
    const { store, invoker, report } = this.#parts;
    report(error);
    await store.transact((tx) => this.#later(tx, event, invoker.connection.now().getTime()));
  }

  #later(tx: Transaction, event: EventRecord, now: number): void {
    const { refusals = 0 } = event;
    if (!this.#take(tx, event) || now - event.receivedAt > dispatchAgeMs) return;
    put(tx, { ...event, dueAt: now + refusalWaitMs(refusals), refusals: refusals + 1 });
  }

  /** Takes an event out of the queue. @returns false: it is not there any more */
  #take(tx: Transaction, event: EventRecord): boolean {
    const key = [eventQueue, positionOf(event)];
    if (!eventRecords.find(tx, key)) return false;
    eventRecords.delete(tx, key);
    return true;
  }
}

interface UnderWay {
  /** ARN of the function. */
  readonly of: string;
  readonly work: Promise<void>;
}

const unexpected = { code: 'ServiceException', message: 'The function could not be started.' };

const configOf = (tx: Transaction, { account, region, name, qualifier }: EventRecord): EventConfigRecord | undefined =>
  eventConfigRecords.find(tx, [account, region, name, qualifier ?? '$LATEST']);
