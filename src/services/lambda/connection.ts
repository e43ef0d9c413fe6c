import type { Pipeline } from '../../kernel/pipeline.ts';

/** How functions reach the server that runs them, and how it hears of them. */
export interface Connection {
  readonly pipeline: Pick<Pipeline, 'run'>;
  /** Where their SDKs find this server. */
  readonly url: string;
  /** PEM certificates that vouch for it, where it serves HTTPS. */
  readonly certificates?: string | undefined;
  readonly now: () => Date;
  /** Whether functions run where nothing keeps them from what the server itself can read. */
  readonly unconfined: boolean;
  /** Gets what functions write, line by line. */
  readonly log: (line: string, about: { readonly function: string; readonly requestId: string | undefined }) => void;
  /** Told of each record that left for a destination or a dead-letter queue, or could not; must not throw. */
  readonly sent: (delivery: Delivery) => void;
}

/** What became of a record of an asynchronous invocation. */
export interface Delivery {
  /** ARN of the function that the record is about. */
  readonly function: string;
  readonly requestId: string;
  /** ARN where it goes. */
  readonly target: string;
  /** `lambda`, `sqs`, `sns` or `events`. */
  readonly service: string;
  /**
   * `invoked`: the function has the event; `waiting`: in the outbox, for a service that is not there yet; `refused`: the
   * execution role may not, or there is nothing there: the record is dropped.
   */
  readonly outcome: 'invoked' | 'waiting' | 'refused';
  readonly reason?: string | undefined;
}
