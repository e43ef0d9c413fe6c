import type { Registry } from '../observe/registry.ts';
import type { CacheFigures, Store } from '../store/store.ts';
import type { ListenerFigures } from '../wire/http-server.ts';

/** Metrics of the store: what waits for the disk, how long the journal is, what the caches spare. */
export const watchStore = (registry: Registry, store: Store): void => {
  registry.gauge(
    'bulwark_journal_records',
    'Sequence number of the newest durable journal record.',
    () => store.logHead,
    'max',
  );
  registry.gauge(
    'bulwark_journal_lag_commits',
    'Commits, each with its journal record, that are not durable yet.',
    () => store.figures().commits,
  );
  registry.gauge(
    'bulwark_journal_lag_bytes',
    'What those commits take in memory, roughly.',
    () => store.figures().bytes,
  );
  registry.gauge(
    'bulwark_journal_lag_seconds',
    'How long the oldest commit has waited for its batch to begin.',
    () => store.figures().oldestMs / 1000,
    'max',
  );
  registry.observed('bulwark_commit_refused_total', 'Commits refused because too many waited.', 'counter', () => [
    { labels: {}, value: store.figures().refused },
  ]);
  const perCollection = (name: string, help: string, type: 'counter' | 'gauge', of: (cache: CacheFigures) => number) =>
    registry.observed(name, help, type, () =>
      store.figures().caches.map((cache) => ({ labels: { collection: cache.collection }, value: of(cache) })),
    );
  perCollection(
    'bulwark_cache_hits_total',
    'Reads answered from memory.',
    'counter',
    ({ reads, misses }) => reads - misses,
  );
  perCollection('bulwark_cache_misses_total', 'Reads that went to the engine.', 'counter', ({ misses }) => misses);
  perCollection('bulwark_cache_bytes', 'What the cache holds, as it weighs it.', 'gauge', ({ bytes }) => bytes);
};

/** Metrics of the listener: connections and requests, and those that were refused. */
export const watchListener = (registry: Registry, figures: () => ListenerFigures): void => {
  registry.gauge('bulwark_connections_open', 'Connections that are open.', () => figures().connections);
  registry.gauge('bulwark_clients', 'Client addresses with an open connection.', () => figures().clients);
  registry.gauge('bulwark_requests_in_flight', 'Requests that are being worked on.', () => figures().inFlight);
  registry.observed('bulwark_connections_refused_total', 'Connections closed at once.', 'counter', () => [
    { labels: { reason: 'too-many' }, value: figures().refusedFull },
    { labels: { reason: 'too-many-of-client' }, value: figures().refusedClient },
  ]);
  registry.observed(
    'bulwark_requests_shed_total',
    'Requests refused because too many were in flight.',
    'counter',
    () => [{ labels: {}, value: figures().shed }],
  );
  registry.observed(
    'bulwark_requests_malformed_total',
    'Requests refused below the protocols: malformed, too large, too slow.',
    'counter',
    () => [{ labels: {}, value: figures().malformed }],
  );
};
