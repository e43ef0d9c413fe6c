import { randomUuid } from '../crypto/random.ts';
import { collection } from '../store/collection.ts';
import type { Transaction } from '../store/store.ts';

/** Something that a service tells the event bus of an account and Region, or sends elsewhere, in EventBridge's form. */
export interface PublishedEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly account: string;
  readonly region: string;
  /** `aws.ssm` */
  readonly source: string;
  readonly detailType: string;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: object;
  /** Where it goes instead; absent: to the default event bus. */
  readonly target?: EventTarget;
}

/** A queue, topic or event bus that something is sent to on behalf of a role. */
export interface EventTarget {
  readonly arn: string;
  /** Whose permissions decide when it is delivered. */
  readonly roleArn: string;
  /** Body of a message; an event bus gets the event itself. */
  readonly message: string;
  /** Message attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
}

const outbox = collection<PublishedEvent>('events.outbox', { key: ['queue', 'position'], large: true });

const queue = 'all';
/** EventBridge tries for this long to deliver an event. */
const keptMs = 86_400_000;
/** Old events that each new one takes away: more than one, so that they get fewer. */
const swept = 4;

/** Publishes an event in the transaction of what it tells about: it exists exactly if that happened. */
export const publish = (tx: Transaction, event: Omit<PublishedEvent, 'id' | 'time'>, now: Date): void => {
  const time = now.getTime();
  for (const old of outbox.list(tx, [queue], { limit: swept }).items) {
    if (time - old.time > keptMs) outbox.delete(tx, [queue, positionOf(old)]);
  }
  const published = { ...event, id: randomUuid(), time };
  outbox.put(tx, [queue, positionOf(published)], published);
};

/** The events that wait to be delivered, oldest first. @param after position of the last one that was seen */
export const waitingEvents = (
  tx: Transaction,
  limit: number,
  after?: string,
): { readonly events: readonly PublishedEvent[]; readonly next: string | undefined } => {
  const { items, next } = outbox.list(tx, [queue], { limit, ...(after !== undefined && { after }) });
  return { events: items, next };
};

const positionOf = ({ time, id }: PublishedEvent): string => `${new Date(time).toISOString()} ${id}`;
