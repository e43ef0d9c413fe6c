import { type PublishedEvent, publish } from '../../events/outbox.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Delivery } from './connection.ts';
import { serviceOf } from './destinations.ts';
import type { Dispatch, EventRecord } from './event-record.ts';
import { functionArn } from './function-names.ts';
import type { Invoker } from './invoker.ts';

/** What fits into a message or an event. */
const maxBytes = 1_048_576;

/** How a delivery ended; `retry`: it may be possible later. */
type Result = Pick<Delivery, 'outcome' | 'reason'> | 'retry';

/**
 * Sends records of asynchronous invocations on, as the execution role of their function: to functions at once, to queues,
 * topics and event buses by way of the outbox, from which they leave when these services exist.
 */
export class Dispatcher {
  readonly #store: Store;
  readonly #invoker: Invoker;

  constructor(store: Store, invoker: Invoker) {
    this.#store = store;
    this.#invoker = invoker;
  }

  /** @param done runs in the transaction that sends it, where one does @returns false: to be tried again */
  async send(event: EventRecord, dispatch: Dispatch, done: (tx: Transaction) => void): Promise<boolean> {
    const { target, requestId } = dispatch;
    const service = serviceOf(target);
    const result =
      Buffer.byteLength(event.payload) > maxBytes
        ? ({ outcome: 'refused', reason: 'the record is too large' } as const)
        : service === 'lambda'
          ? await this.#invoke(event, dispatch)
          : await this.#leave(event, dispatch, done);
    if (result === 'retry') return false;
    if (result.outcome !== 'waiting') await this.#store.transact(done);
    this.#invoker.connection.sent({ function: functionArn(event), requestId, target, service, ...result });
    return true;
  }

  /** The role invokes the function: its policies decide, and the journal has it. */
  async #invoke(event: EventRecord, { target, role }: Dispatch): Promise<Result> {
    const { connection, roles } = this.#invoker;
    try {
      const session = await roles.assume(connection, { ...event, role });
      const input = { FunctionName: target, InvocationType: 'Event', Payload: Buffer.from(event.payload) };
      const { fault } = await roles.ask(connection, session, 'lambda', 'Invoke', event.region, input);
      if (!fault) return { outcome: 'invoked' };
      return isPassing(fault) ? 'retry' : { outcome: 'refused', reason: fault.message };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return isPassing(error) ? 'retry' : { outcome: 'refused', reason: error.message };
    }
  }

  /** What leaves and what is done with is one transaction: nothing is sent twice. */
  async #leave(event: EventRecord, dispatch: Dispatch, done: (tx: Transaction) => void): Promise<Result> {
    const now = this.#invoker.connection.now();
    await this.#store.transact((tx) => {
      done(tx);
      publish(tx, publishedOf(event, dispatch), now);
    });
    return { outcome: 'waiting' };
  }
}

const isPassing = ({ code }: Fault): boolean =>
  ['TooManyRequestsException', 'Throttling', 'ServiceException', 'InternalFailure', 'ServiceUnavailable'].includes(
    code,
  ) || code === 'ResourceConflictException';

/** @see Lambda developer guide: "Capturing records of Lambda asynchronous invocations", EventBridge event bus */
const publishedOf = (event: EventRecord, dispatch: Dispatch): Omit<PublishedEvent, 'id' | 'time'> => {
  const { account, region, payload } = event;
  const { target, role, succeeded, attributes } = dispatch;
  const record = succeeded === undefined ? undefined : (JSON.parse(payload) as ResultRecord);
  return {
    account,
    region,
    source: 'lambda',
    detailType: `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`,
    resources: [target, record?.requestContext.functionArn ?? functionArn(event)],
    detail: record ?? {},
    target: { arn: target, roleArn: role, message: payload, ...(attributes && { attributes }) },
  };
};

interface ResultRecord {
  readonly requestContext: { readonly functionArn: string };
}
