import type { Registry } from '../observe/registry.ts';

/** A record of an asynchronous invocation that left, or could not. */
export interface DeliveryFigure {
  readonly service: string;
  readonly outcome: string;
}

/** Counts the records that functions' destinations and dead-letter queues get. */
export const deliveryMeter = (registry: Registry): ((delivery: DeliveryFigure) => void) => {
  const counted = registry.counters(
    'bulwark_lambda_records_sent_total',
    'Records of asynchronous invocations for destinations and dead-letter queues: invoked, waiting in the outbox, or refused.',
    ['service', 'outcome'],
  );
  return ({ service, outcome }) => counted.of(service, outcome).add();
};
