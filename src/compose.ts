import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { randomUuid } from './crypto/random.ts';
import { Lease } from './events/lease.ts';
import { Scheduler } from './events/scheduler.ts';
import { restoreClock, saveClock } from './events/test-clock.ts';
import { ensureRootKey, type RootKeyMade, settle } from './first-start.ts';
import { HsmDevice } from './hsm/device.ts';
import { ofActiveAccounts } from './kernel/active-accounts.ts';
import { OffsetClock } from './kernel/clock.ts';
import type { Functions } from './kernel/functions.ts';
import { Pipeline } from './kernel/pipeline.ts';
import type { QuotaValues } from './kernel/quota.ts';
import { SharedThrottle, type TokenSource } from './kernel/shared-throttle.ts';
import { type RequestThrottle, Throttle } from './kernel/throttle.ts';
import { serveMetadata } from './metadata/listener.ts';
import { deliveryMeter } from './monitoring/delivery-meter.ts';
import { monitoringRoutes, serveMetrics } from './monitoring/endpoints.ts';
import { failureLog } from './monitoring/failure-log.ts';
import type { Figures } from './monitoring/figures.ts';
import { watchListener, watchStore } from './monitoring/gauges.ts';
import { openLog } from './monitoring/log.ts';
import { createMonitor, type Monitor } from './monitoring/monitor.ts';
import { tracerOf } from './monitoring/request-traces.ts';
import { statusOf } from './monitoring/status.ts';
import { throttleMeter } from './monitoring/throttle-meter.ts';
import { xksMeter } from './monitoring/xks-meter.ts';
import { administratorOf } from './open-mode.ts';
import { plant } from './plant.ts';
import { quotaRoutes } from './quota-routes.ts';
import { rootKeyOf } from './root-key.ts';
import { rotationRoutes } from './rotation-routes.ts';
import { parseSeed, type Seed } from './seed.ts';
import { servicesOn } from './service-set.ts';
import type { ChosenKeyPair } from './services/iam/index.ts';
import { defaultQueueLimits, partOfQueue } from './store/commit-queue.ts';
import { openStore, type StoreOptions } from './store/open.ts';
import type { Store } from './store/store.ts';
import { adminRoutes } from './test-endpoints.ts';
import { certificatesOf, tlsIdentity } from './tls-settings.ts';
import { issuerPath, webIdentityRoutes } from './web-identity-routes.ts';
import { type Acceptor, listening } from './wire/acceptor.ts';
import { createGateway } from './wire/gateway.ts';
import { HttpServer } from './wire/http-server.ts';
import { defaultLimits, partOf } from './wire/limits.ts';
import { placed } from './wire/network-place.ts';
import { unreadAnswers } from './wire/unread-body.ts';
import { XksClient } from './xks/xks-client.ts';

/** A server that serves. */
export interface Running {
  /** Where clients point `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly port: number;
  /** Port of the metrics listener, where there is one. */
  readonly metricsPort: number | undefined;
  /** Port of the metadata listener, where there is one. */
  readonly metadataPort: number | undefined;
  readonly store: Store;
  readonly clock: OffsetClock;
  /** Functions as other services use them. */
  readonly functions: Functions;
  /** The root access key that this start created, if it did; its secret is shown nowhere else. */
  readonly createdRootKey: ChosenKeyPair | undefined;
  /** Lets time pass up to an instant: every timer on the way fires. */
  advanceTo(instant: Date): Promise<void>;
  /** Creates what a seed describes, all or nothing. */
  applySeed(seed: Seed): Promise<void>;
  /** Deletes all state; the root access key is created anew as on a first start. */
  reset(): Promise<void>;
  /** Answers what is in flight, then closes; nothing that was acknowledged is lost. */
  close(): Promise<void>;
}

/** The processes that serve one port, as one of them sees it. */
export interface Crew {
  /** How many there are: each takes its part of what is limited. */
  readonly workers: number;
  /** Whether they share a directory. A database is always shared. */
  readonly shared: boolean;
  /** Makes of this process's figures those of all. */
  figures(own: () => Figures): () => Promise<Figures>;
  /** Where their tokens of request quotas come from; absent: it serves alone. */
  readonly tokens?: TokenSource;
  /** Takes its connections in. */
  readonly accept: Acceptor;
}

const alone: Crew = { workers: 1, shared: false, figures: (own) => async () => own(), accept: listening };

/** After this long without a sign of life of the process that fires timers, or rotates keys, another one does. */
const leaseMs = 6000;

/** How often what is only noted in memory is made durable, in milliseconds. */
const flushIntervalMs = 60_000;

/**
 * Builds and starts the whole server, of the services in `service-set.ts`.
 *
 * @param unsealed the root key, where people gave what opens it; absent: it opens by itself
 * @param crew this is one of several processes; {@link prepare} came first
 * @param made told of the root access key that this start creates, whether it then serves or fails
 */
export const start = async (
  config: Config,
  seedText?: string,
  unsealed?: KeyObject,
  crew: Crew = alone,
  made: RootKeyMade = () => {},
): Promise<Running> => {
  const log = openLog(config);
  const rootKey = unsealed ?? (await rootKeyOf(config));
  const monitor = createMonitor(log, tracerOf(config, log));
  const { batchWritten } = monitor;
  const { shared, workers } = crew;
  const queue = partOfQueue(defaultQueueLimits, workers);
  const store = await openStore({ ...placeOf(config, rootKey), shared, queue, batchWritten });
  try {
    return await serve(config, store, log, monitor, seedText, crew, made);
  } catch (error) {
    await store.close();
    throw error;
  }
};

/**
 * What the first start does once, before several processes serve one store: makes its keys, the root access key and the
 * certificate, and plants the seed.
 *
 * @param rootKey absent: in `root.key`, made where there is none
 * @param made told of the root access key that this creates, whether the rest succeeds or not
 */
export const prepare = async (
  config: Config,
  seedText: string | undefined,
  rootKey: KeyObject | undefined,
  made: RootKeyMade,
): Promise<ChosenKeyPair | undefined> => {
  const store = await openStore({ ...placeOf(config, rootKey), shared: true });
  try {
    const services = servicesOn(store, { region: config.region, open: config.mode === 'open' });
    const clock = new OffsetClock(await store.transact(restoreClock));
    const seed = seedText === undefined ? undefined : parseSeed(seedText, config);
    await tlsIdentity(config);
    return await settle({ store, services, clock, config, seed, made });
  } finally {
    await store.close();
  }
};

const placeOf = ({ database, data }: Config, rootKey: KeyObject | undefined): StoreOptions => ({
  data: database ?? data,
  keyDirectory: data,
  ...(rootKey && { rootKey }),
});

const serve = async (
  config: Config,
  store: Store,
  log: Logger,
  monitor: Monitor,
  seedText: string | undefined,
  crew: Crew,
  made: RootKeyMade,
): Promise<Running> => {
  const open = config.mode === 'open';
  const seed = seedText === undefined ? undefined : parseSeed(seedText, config);
  const tls = await tlsIdentity(config);
  const clock = new OffsetClock(await store.transact(restoreClock));
  const device = config.hsmModule === undefined ? undefined : new HsmDevice(config.hsmModule);
  const proxies = new XksClient(
    config.xks,
    xksMeter(monitor.registry, () => clock.now()),
  );
  const services = servicesOn(store, {
    region: config.region,
    open,
    approving: config.approveQuotas,
    attestationRoots: config.attestationRoots,
    device,
    reservedTokens: config.seal.settings.token ? [config.seal.settings.token.token] : [],
    proxies,
  });
  const { identity, keys, accounts, runtime, secrets, quotas, applied } = services;
  const identities = ofActiveAccounts(identity.identities, accounts.lookup);
  const { report, timerFailed } = failureLog(log);

  const { decided, observer } = monitor;
  const metered = throttleMeter(monitor.registry);
  const pipeline = new Pipeline({
    store,
    clock,
    identities,
    organizations: accounts.lookup,
    services: services.all,
    report,
    decided,
    ...(config.throttling && { throttle: metered(throttleOf(applied, config, crew)) }),
  });
  const leaseOn = (name: string): { lease?: Lease } =>
    store.shared ? { lease: new Lease({ store, name, holder: randomUuid(), ttlMs: leaseMs }) } : {};
  const rotator = secrets.rotator({ store, clock, ...leaseOn('secret-rotations'), report });
  const scheduler = new Scheduler({
    store,
    clock,
    jobs: services.jobs,
    settled: () => rotator.settled(),
    report: timerFailed,
    ...leaseOn('timers'),
    ...monitor.timers,
  });

  const createdRootKey = await settle({ store, services, clock, config, seed, made });

  const flushUses = async (): Promise<void> => {
    await identity.flushLastUsed();
    await keys.flushUses();
  };

  let metrics: SideListener;
  let metadata: SideListener;
  let flushing: NodeJS.Timeout | undefined;
  const running: Omit<Running, 'url' | 'port' | 'metricsPort' | 'metadataPort'> = {
    store,
    clock,
    functions: services.functions,
    createdRootKey,
    advanceTo: async (instant) => {
      await scheduler.advanceTo(instant);
      await store.transact((tx) => saveClock(tx, clock.offsetMs));
    },
    applySeed: (wanted) => store.transact((tx) => plant(tx, wanted, services, clock.now())),
    reset: async () => {
      await store.wipe();
      await ensureRootKey({ store, services, clock, config });
    },
    close: async () => {
      clearInterval(flushing);
      await rotator.stop();
      await runtime.close();
      await server.close();
      await metrics?.close();
      await metadata?.close();
      await scheduler.stop();
      store.rotation.stop();
      await store.rotation.finished;
      // Where the store refuses, when something was used last is lost, and nothing else.
      await flushUses().catch((error) => report(error, 'flush'));
      await store.close();
      await device?.close();
      proxies.close();
      await monitor.close();
    },
  };

  const figures = crew.figures(() => ({
    metrics: monitor.registry.snapshot(),
    status: statusOf(monitor, config, store.figures(), store.logHead, server.figures),
  }));
  const gateway = createGateway({
    services: services.all,
    pipeline,
    identities,
    region: config.region,
    admin: {
      ...adminRoutes(running, config),
      ...rotationRoutes(store.rotation),
      ...webIdentityRoutes(store, identity),
      ...quotaRoutes(
        store,
        quotas.requests,
        () => clock.now(),
        (message, proof) => store.rotation.isOperator(message, proof),
      ),
      ...monitoringRoutes(figures),
    },
    ...(open && { trustUnknown: administratorOf(config.account, store, services) }),
    report,
    observer,
  });
  const delivered = deliveryMeter(monitor.registry);
  const { maxConnections, maxConnectionsPerClient } = config;
  const limits = partOf({ ...defaultLimits, maxConnections, maxConnectionsPerClient }, crew.workers);
  const unread = unreadAnswers(services.all, config.region);
  const server = new HttpServer({ handler: placed(gateway, config), unread, limits, report, ...(tls && { tls }) });
  watchStore(monitor.registry, store);
  watchListener(monitor.registry, () => server.figures);
  const certificates = tls && certificatesOf(config);
  try {
    await store.rotation.resume(
      store.shared ? new Lease({ store, name: 'rotation', holder: randomUuid(), ttlMs: leaseMs }) : undefined,
    );
    metrics = await serveMetrics(figures, config, report, crew.accept);
    metadata = await serveMetadata(config, { pipeline, now: () => clock.now() }, report, crew.accept);
    // INVARIANT: whatever may fail comes before: a server that answers is one that has started.
    const port = await crew.accept('api', server, config.port, config.host);
    const url = `${tls ? 'https' : 'http'}://${hostInUrl(config.host)}:${port}`;
    identity.publishIssuersUnder(`${config.publicUrl ?? url}${issuerPath}`);
    services.rotators.connect({ pipeline, now: () => clock.now() });
    runtime.connect(
      {
        pipeline,
        url,
        certificates,
        now: () => clock.now(),
        unconfined: config.unconfinedFunctions,
        log: (line, about) => log.info(about, line),
        sent: (delivery) => {
          delivered(delivery);
          log[delivery.outcome === 'refused' ? 'warn' : 'info'](delivery, 'record of an asynchronous invocation');
        },
      },
      (error) => report(error, 'lambda'),
    );
    scheduler.start();
    rotator.start();
    flushing = setInterval(() => void flushUses().catch((error) => report(error, 'flush')), flushIntervalMs);
    flushing.unref();
    return { ...running, port, metricsPort: metrics?.port, metadataPort: metadata?.port, url };
  } catch (error) {
    // Where closing fails too, the first reason is the one to tell.
    await Promise.allSettled([running.close()]);
    throw error;
  }
};

/** A listener beside that of the APIs, where one is configured. */
type SideListener = { readonly port: number; close(): Promise<void> } | undefined;

/** Counts requests against the quotas of the processes of this host: its part of what all hosts have. */
const throttleOf = (applied: QuotaValues, { hosts }: Config, { tokens }: Crew): RequestThrottle => {
  const values: QuotaValues = { valueOf: (...asked) => applied.valueOf(...asked) / hosts };
  return tokens ? new SharedThrottle(values, tokens) : new Throttle(values);
};

const hostInUrl = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
