import { type Config, placeOfState } from '../config.ts';
import type { StoreFigures } from '../store/store.ts';
import type { ListenerFigures } from '../wire/http-server.ts';
import type { Monitor } from './monitor.ts';
import { version } from './version.ts';

/** How a running server is doing, for people and `bulwark status`. Times in milliseconds, memory in bytes. */
export interface Status {
  /** `unavailable`: disk or database refused what was to be stored last, so requests are refused, too. */
  readonly status: 'ready' | 'unavailable';
  /** Why it is not ready, in the words of disk or database. */
  readonly reason?: string;
  readonly version: string;
  readonly node: string;
  /** Of the process that was started. */
  readonly pid: number;
  /** How many processes serve. What follows is of all of them together. */
  readonly workers: number;
  readonly mode: string;
  /** The whole path of a directory, or host and name of a database. */
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
  ...(store.outage === undefined ? { status: 'ready' } : { status: 'unavailable', reason: store.outage }),
  version,
  node: process.versions.node,
  pid: process.pid,
  workers: 1,
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

/** What several processes that serve one port and one store are together, and the one that started them. */
export const togetherWith = (
  { pid, uptimeSeconds, residentBytes }: Pick<Status, 'pid' | 'uptimeSeconds' | 'residentBytes'>,
  all: readonly Status[],
): Status => {
  const sum = (of: (status: Status) => number): number => all.reduce((total, status) => total + of(status), 0);
  const most = (of: (status: Status) => number): number => Math.max(...all.map(of));
  return {
    ...(all.find(({ status }) => status !== 'ready') ?? all[0]!),
    pid,
    workers: all.length,
    uptimeSeconds,
    residentBytes: residentBytes + sum((status) => status.residentBytes),
    requests: {
      total: sum(({ requests }) => requests.total),
      inFlight: sum(({ requests }) => requests.inFlight),
      shed: sum(({ requests }) => requests.shed),
    },
    connections: {
      open: sum(({ connections }) => connections.open),
      clients: sum(({ connections }) => connections.clients),
      refused: sum(({ connections }) => connections.refused),
    },
    journal: {
      records: most(({ journal }) => journal.records),
      waitingCommits: sum(({ journal }) => journal.waitingCommits),
      waitingMs: most(({ journal }) => journal.waitingMs),
    },
  };
};
