import { latencyBounds } from '../observe/instruments.ts';
import type { Registry } from '../observe/registry.ts';
import type { XksExchange } from '../xks/xks-client.ts';
import type { XksProblem } from '../xks/xks-error.ts';

/** What the newest answers of a key store's proxy told. */
interface StoreFigures {
  /** When it was last asked, in milliseconds since the epoch. */
  readonly askedAt: number;
  readonly endpoint: string;
  readonly credentialSince: number;
  /** External key managers by their health. */
  readonly managers?: ReadonlyMap<string, number>;
}

/** What was seen of key stores by their id, and certificates by the endpoint that showed them. */
interface Seen {
  readonly stores: Map<string, StoreFigures>;
  readonly certificates: Map<string, NonNullable<XksExchange['certificate']>>;
}

const dayMs = 86_400_000;

/** A store whose proxy nobody asked for so long shows no gauges: it may be deleted. */
const goneAfterMs = 3_600_000;

/** Problems that may pass by themselves; for all others, somebody has to do something. */
const passing: ReadonlySet<XksProblem> = new Set([
  'ThrottlingException',
  'DependencyTimeoutException',
  'InternalException',
  'unreachable',
  'late',
]);

/**
 * Measures what proxies of external key stores do, as AWS's metrics of the same names do.
 *
 * @see KMS developer guide: "Monitor KMS keys with Amazon CloudWatch", XksProxy…
 */
export const xksMeter = (registry: Registry, now: () => Date): ((exchange: XksExchange) => void) => {
  const errors = registry.counters(
    'bulwark_xks_proxy_errors_total',
    'Requests to XKS proxies that failed or were refused (XksProxyErrors).',
    ['key_store', 'operation', 'xks_operation', 'error_type', 'error'],
  );
  const seconds = registry.histograms(
    'bulwark_xks_proxy_latency_seconds',
    'How long XKS proxies took to answer, or not to (XksProxyLatency).',
    ['key_store', 'operation', 'xks_operation'],
    latencyBounds,
  );
  const seen: Seen = { stores: new Map(), certificates: new Map() };
  watchStores(registry, seen, now);
  const { stores, certificates } = seen;
  return ({ proxy, operation, kmsOperation, seconds: taken, problem, answer, certificate }) => {
    const { storeId, endpoint, credentialSince } = proxy;
    seconds.of(storeId, kmsOperation, operation).record(taken);
    if (problem !== undefined) {
      const type = passing.has(problem) ? 'retryable' : 'non-retryable';
      errors.of(storeId, kmsOperation, operation, type, problem).add();
    }
    if (certificate) certificates.set(endpoint, certificate);
    // A store that could not be created is none.
    if (problem !== undefined && !stores.has(storeId)) return;
    const managers = operation === 'GetHealthStatus' ? managersIn(answer?.ekmFleetDetails) : undefined;
    stores.set(storeId, {
      ...stores.get(storeId),
      askedAt: now().getTime(),
      endpoint,
      credentialSince,
      ...(managers && { managers }),
    });
  };
};

const watchStores = (registry: Registry, { stores, certificates }: Seen, now: () => Date): void => {
  const present = (): readonly (readonly [string, StoreFigures])[] => {
    const time = now().getTime();
    for (const [id, { askedAt }] of stores) if (time - askedAt > goneAfterMs) stores.delete(id);
    return [...stores];
  };
  registry.observed(
    'bulwark_xks_proxy_credential_age_days',
    'For how long a key store has signed with its credential (XksProxyCredentialAge).',
    'gauge',
    () =>
      present().map(([key_store, { credentialSince }]) => ({
        labels: { key_store },
        value: (now().getTime() - credentialSince) / dayMs,
      })),
    'max',
  );
  registry.observed(
    'bulwark_xks_proxy_certificate_days_to_expire',
    'How long the TLS certificate of a proxy is still valid (XksProxyCertificateDaysToExpire).',
    'gauge',
    () =>
      present().flatMap(([key_store, { endpoint }]) => {
        const certificate = certificates.get(endpoint);
        if (!certificate) return [];
        const { name, validTo } = certificate;
        return { labels: { key_store, certificate: name }, value: (validTo.getTime() - now().getTime()) / dayMs };
      }),
    'min',
  );
  registry.observed(
    'bulwark_xks_external_key_managers',
    'External key managers of a key store by their health, as its proxy last told it (XksExternalKeyManagerStates).',
    'gauge',
    () =>
      present().flatMap(([key_store, { managers }]) =>
        [...(managers ?? [])].map(([state, value]) => ({ labels: { key_store, state }, value })),
      ),
    'max',
  );
};

/** @param details of a health status, as they came */
const managersIn = (details: unknown): ReadonlyMap<string, number> | undefined => {
  if (!Array.isArray(details)) return undefined;
  const states = new Map(['ACTIVE', 'DEGRADED', 'UNAVAILABLE'].map((state) => [state, 0]));
  for (const manager of details) {
    const state: unknown = manager?.healthStatus;
    const known = states.get(state as string);
    if (known !== undefined) states.set(state as string, known + 1);
  }
  return states;
};
