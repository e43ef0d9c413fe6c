import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from './registry.ts';

/** How often the event loop is probed, in milliseconds: ten wake-ups a second. */
const resolutionMs = 100;

/**
 * CPU, memory and event loop of this process, under the names that Prometheus clients share.
 *
 * @returns stops the probe of the event loop
 */
export const processMetrics = (registry: Registry): (() => void) => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
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
    'How late the event loop was since the last read: mean, 99th percentile, worst.',
    'gauge',
    () => {
      // The probe's own interval is part of what it measures.
      const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
      const samples = [
        { labels: { stat: 'mean' }, value: late(delay.count > 0 ? delay.mean : 0) },
        { labels: { stat: 'p99' }, value: late(delay.percentile(99)) },
        { labels: { stat: 'max' }, value: late(delay.max) },
      ];
      delay.reset();
      return samples;
    },
    'max',
  );
  return () => delay.disable();
};
