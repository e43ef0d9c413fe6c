import { type Config, isLoopback } from '../config.ts';
import { randomUuid } from '../crypto/random.ts';
import { expositionType, formatFamily } from '../observe/exposition.ts';
import type { Acceptor } from '../wire/acceptor.ts';
import { type AdminHandler, type AdminRoutes, adminAnswer } from '../wire/admin.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { HttpServer } from '../wire/http-server.ts';
import { defaultLimits } from '../wire/limits.ts';
import type { Figures } from './figures.ts';

/** Metrics on the main listener, for this machine only: they tell who asks what of whom, and how often. */
export const metricsRoutes = (figures: () => Promise<Measured>): AdminRoutes => ({
  'GET /_bulwark/metrics': locally(async () => metricsAnswer(await figures())),
});

/** Metrics and status on the main listener, for this machine only. */
export const monitoringRoutes = (figures: () => Promise<Figures>): AdminRoutes => ({
  ...metricsRoutes(figures),
  'GET /_bulwark/status': locally(async () => adminAnswer(200, (await figures()).status, randomUuid())),
});

/**
 * Serves `/metrics`, in cleartext and to whoever reaches it, where a port is configured.
 *
 * @returns undefined where none is
 * @throws {Error} the address is in use
 */
export const serveMetrics = async (
  figures: () => Promise<Measured>,
  { metricsPort, host }: Config,
  report: (error: unknown, requestId: string) => void,
  accept: Acceptor,
): Promise<{ readonly port: number; close(): Promise<void> } | undefined> => {
  if (metricsPort === undefined) return undefined;
  const server = new HttpServer({
    handler: ({ method, path }) =>
      method === 'GET' && path === '/metrics'
        ? figures().then(metricsAnswer)
        : adminAnswer(404, { message: 'GET /metrics is all there is' }, randomUuid()),
    limits: { ...defaultLimits, maxConnections: maxScrapers, maxConnectionsPerClient: maxScrapers },
    report,
  });
  const port = await accept('metrics', server, metricsPort, host);
  return { port, close: () => server.close() };
};

/** Connections to the metrics listener. */
const maxScrapers = 64;

type Measured = Pick<Figures, 'metrics'>;

const metricsAnswer = ({ metrics }: Measured): HttpResponse => ({
  status: 200,
  headers: { 'x-amzn-RequestId': randomUuid(), 'Content-Type': expositionType, 'Cache-Control': 'no-store' },
  body: metrics.map(formatFamily).join(''),
});

const locally =
  (handler: AdminHandler): AdminHandler =>
  (request) =>
    isLocal(request)
      ? handler(request)
      : adminAnswer(403, { message: 'for this machine only; --metrics-port serves metrics to others' }, randomUuid());

/**
 * Whether a request comes from a program on this machine: over loopback, past no proxy that would make every client look
 * like it, and by a name of this machine, so that no web page gets here through a name of its own.
 */
const isLocal = ({ remoteAddress, headers }: HttpRequest): boolean =>
  isLoopback(remoteAddress) &&
  headers.forwarded === undefined &&
  headers['x-forwarded-for'] === undefined &&
  headers.origin === undefined &&
  isLoopback((headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'));
