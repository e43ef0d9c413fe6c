import { type Config, placeOfState } from '../config.ts';
import type { StoreFigures } from '../store/store.ts';
import type { ListenerFigures } from '../wire/http-server.ts';
import type { Monitor } from './monitor.ts';
import { version } from './version.ts';

/** How a running server is doing, for people and `bulwark status`. Times in milliseconds, memory in bytes. */
export interface Status {
  readonly status: 'ready';
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly mode: string;
  /** A directory, or host and name of a database. */
  readonly data: string;
  readonly uptimeSeconds: number;
  readonly residentBytes: number;
  readonly requests: { readonly total: number; readonly inFlight: number; readonly shed: number };
  readonly connections: { readonly open: number; readonly clients: number; readonly refused: number };
  readonly journal: { readonly records: number; readonly waitingCommits: number; readonly waitingMs: number };
}

/** Reads the figures of a moment. */
export const statusOf = (
  { requests }: Monitor,
  config: Config,
  store: StoreFigures,
  records: number,
  listener: ListenerFigures,
): Status => ({
  status: 'ready',
  version,
  node: process.versions.node,
  pid: process.pid,
  mode: config.mode,
  data: placeOfState(config),
  uptimeSeconds: Math.floor(process.uptime()),
  residentBytes: process.memoryUsage.rss(),
  requests: { total: requests.total, inFlight: listener.inFlight, shed: listener.shed },
  connections: {
    open: listener.connections,
    clients: listener.clients,
    refused: listener.refusedFull + listener.refusedClient,
  },
  journal: { records, waitingCommits: store.commits, waitingMs: Math.round(store.oldestMs) },
});
