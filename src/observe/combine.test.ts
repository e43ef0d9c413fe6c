import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined, countedBy } from './combine.ts';
import { formatFamily } from './exposition.ts';
import { Registry } from './registry.ts';

const processWith = (requests: number, lagSeconds: number, seconds: readonly number[]): Registry => {
  const registry = new Registry();
  const counters = registry.counters('requests_total', 'Requests.', ['outcome']);
  counters.of('ok').add(requests);
  if (requests > 5) counters.of('failed').add(1);
  registry.gauge('lag_seconds', 'Lag.', () => lagSeconds, 'max');
  registry.gauge('started_seconds', 'Start.', () => lagSeconds, 'min');
  registry.gauge('memory_bytes', 'Memory.', () => 100);
  const histogram = registry.histogram('duration_seconds', 'Durations.', [1, 10]);
  for (const value of seconds) histogram.record(value);
  return registry;
};
const read = (registry: Registry) => structuredClone(registry.snapshot());
const text = (families: ReturnType<typeof combined>): string => families.map(formatFamily).join('');

test('the metrics of several processes are sums, but for what says how bad it is or since when', () => {
  const both = text(combined([read(processWith(3, 7, [0.5, 20])), read(processWith(9, 2, [5]))]));
  for (const line of [
    'requests_total{outcome="ok"} 12',
    'requests_total{outcome="failed"} 1',
    'lag_seconds 7',
    'started_seconds 2',
    'memory_bytes 200',
    'duration_seconds_bucket{le="1"} 1',
    'duration_seconds_bucket{le="10"} 2',
    'duration_seconds_bucket{le="+Inf"} 3',
    'duration_seconds_sum 25.5',
    'duration_seconds_count 3',
  ]) {
    assert.ok(both.includes(`${line}\n`), `${line}\n\n${both}`);
  }
  assert.equal(both.match(/# TYPE requests_total/g)?.length, 1);
});

test('what a process has counted stays when it is gone, what it used does not', () => {
  const left = text(combined([read(processWith(3, 7, [])), countedBy(read(processWith(9, 99, [5])))]));
  assert.ok(left.includes('requests_total{outcome="ok"} 12\n'));
  assert.ok(left.includes('duration_seconds_count 1\n'));
  assert.ok(left.includes('lag_seconds 7\n'));
  assert.ok(left.includes('memory_bytes 100\n'));
});
