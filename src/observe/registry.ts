import { type Family, type FamilySnapshot, formatFamily, type Sample } from './exposition.ts';
import { Counter, Histogram } from './instruments.ts';
import { Labelled } from './labelled.ts';

/** Every metric of one process, by name; read as Prometheus text. */
export class Registry {
  readonly #families = new Map<string, Family>();

  /** @throws {Error} the name is taken, as in every method here */
  counter(name: string, help: string): Counter {
    const counter = new Counter();
    this.#add({ name, help, type: 'counter', across: 'sum', samples: () => [{ labels: {}, value: counter.value }] });
    return counter;
  }

  /** One counter for each combination of label values. */
  counters(name: string, help: string, labels: readonly string[]): Labelled<Counter> {
    const children = new Labelled(labels, () => new Counter());
    this.#add({ name, help, type: 'counter', across: 'sum', samples: () => children.entries().map(sampleOfCounter) });
    return children;
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const histogram = new Histogram(bounds);
    this.#add({ name, help, type: 'histogram', across: 'sum', samples: () => [{ labels: {}, histogram }] });
    return histogram;
  }

  /** One histogram for each combination of label values. */
  histograms(name: string, help: string, labels: readonly string[], bounds: readonly number[]): Labelled<Histogram> {
    const children = new Labelled(labels, () => new Histogram(bounds));
    this.#add({
      name,
      help,
      type: 'histogram',
      across: 'sum',
      samples: () => children.entries().map(({ labels: values, child }) => ({ labels: values, histogram: child })),
    });
    return children;
  }

  /** A value that is asked for when somebody reads the metrics. @param across what the values of several processes are together */
  gauge(name: string, help: string, read: () => number, across: Family['across'] = 'sum'): void {
    this.#add({ name, help, type: 'gauge', across, samples: () => [{ labels: {}, value: read() }] });
  }

  /** Values that are asked for when somebody reads the metrics; `counter` where they only grow. */
  observed(
    name: string,
    help: string,
    type: 'gauge' | 'counter',
    read: () => readonly Sample[],
    across: Family['across'] = 'sum',
  ): void {
    this.#add({ name, help, type, across, samples: read });
  }

  /** All metrics as they are now, families in the order of their making. */
  snapshot(): FamilySnapshot[] {
    return [...this.#families.values()].map((family) => ({ ...family, samples: family.samples() }));
  }

  /** All metrics in the text format 0.0.4. */
  text(): string {
    return this.snapshot().map(formatFamily).join('');
  }

  #add(family: Family): void {
    if (this.#families.has(family.name)) throw new Error(`two metrics are called ${family.name}`);
    this.#families.set(family.name, family);
  }
}

const sampleOfCounter = ({ labels, child }: { labels: Sample['labels']; child: Counter }): Sample => ({
  labels,
  value: child.value,
});
