import { type Counter, type Histogram, latencyBounds } from './instruments.ts';
import type { Labelled } from './labelled.ts';
import type { Registry } from './registry.ts';

/** What outcome is called that is no error. */
const success = 'ok';

/** Requests by service, operation and outcome, and how long they took. */
export class RequestMeters {
  readonly #outcomes: Labelled<Counter>;
  readonly #seconds: Labelled<Histogram>;
  // Two lookups of interned names cost less than joining them to one.
  readonly #services = new Map<string, Map<string, OperationMeter>>();
  /** How many requests ended, whatever the operation. */
  total = 0;

  constructor(registry: Registry) {
    this.#outcomes = registry.counters(
      'bulwark_requests_total',
      'Requests that were answered, by outcome: ok, or the error code.',
      ['service', 'operation', 'outcome'],
    );
    this.#seconds = registry.histograms(
      'bulwark_request_duration_seconds',
      'From the whole request read to its answer ready: verified, decided, durable, encoded.',
      ['service', 'operation'],
      latencyBounds,
    );
  }

  /**
   * Counts one request.
   *
   * @param code undefined where it succeeded
   * @param milliseconds from claim to answer
   */
  record(service: string, operation: string, code: string | undefined, milliseconds: number): void {
    const meter = this.#services.get(service)?.get(operation) ?? this.#make(service, operation);
    this.total++;
    meter.seconds.record(milliseconds / 1000);
    if (code === undefined) meter.succeeded.value++;
    else this.#outcomes.of(service, operation, code).value++;
  }

  #make(service: string, operation: string): OperationMeter {
    const meter = {
      succeeded: this.#outcomes.of(service, operation, success),
      seconds: this.#seconds.of(service, operation),
    };
    const operations = this.#services.get(service) ?? new Map<string, OperationMeter>();
    this.#services.set(service, operations.set(operation, meter));
    return meter;
  }
}

interface OperationMeter {
  readonly succeeded: Counter;
  readonly seconds: Histogram;
}
