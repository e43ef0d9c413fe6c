import { EventLoopLag } from './event-loop-lag.ts';
import type { Registry } from './registry.ts';

/**
 * CPU, memory and event loop of this process, under the names that Prometheus clients share.
 *
 * @returns stops the probe of the event loop
 */
export const processMetrics = (registry: Registry): (() => void) => {
  const lag = new EventLoopLag();
  const startedAt = performance.timeOrigin / 1000;

  registry.observed('process_cpu_seconds_total', 'User and system CPU time.', 'counter', () => {
    const { user, system } = process.cpuUsage();
    return [{ labels: {}, value: (user + system) / 1e6 }];
  });
  registry.gauge('process_start_time_seconds', 'When the process started, since the epoch.', () => startedAt, 'min');
  registry.gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  registry.gauge('nodejs_heap_used_bytes', 'JavaScript heap in use.', () => process.memoryUsage().heapUsed);
  registry.observed(
    'nodejs_eventloop_lag_seconds',
    'How late the event loop was within the last one to two minutes: mean, 99th percentile, worst.',
    'gauge',
    () => Object.entries(lag.read()).map(([stat, value]) => ({ labels: { stat }, value })),
    'max',
  );
  return () => lag.stop();
};
