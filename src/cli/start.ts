import cluster from 'node:cluster';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type Running, start } from '../compose.ts';
import { type Config, isLoopback, placeOfState } from '../config.ts';
import type { RootKeyMade } from '../first-start.ts';
import { openLog } from '../monitoring/log.ts';
import { collectAlone, collectRarely, settle } from '../process/memory.ts';
import { isForbidden } from '../process/system-error.ts';
import { rootKeyOf } from '../root-key.ts';
import { removePlainCopy, type SealStatus, sealStatus } from '../seal/seal.ts';
import { SealError } from '../seal/seal-error.ts';
import { startSealed } from '../sealed-server.ts';
import type { ChosenKeyPair } from '../services/iam/index.ts';
import { textIn } from '../setting-values.ts';
import { finishRootKeyChange } from '../store/change-root-key.ts';
import { enterDirectory, holdDirectory } from '../store/open.ts';
import { warnOfKeyInside } from './init.ts';
import { type Supervised, serveAsWorker, supervise } from './workers.ts';

/** `bulwark start`: serves until a signal; the second signal ends the process at once. */
export const startCommand = async (config: Config): Promise<void> => {
  collectRarely();
  collectAlone();
  if (cluster.isWorker) return serveAsWorker(config);
  const seed = config.seed === undefined ? undefined : textIn('seed', config.seed);
  if (config.data !== ':memory:') await finishRootKeyChange({ directory: config.data, database: config.database });
  const kept = config.data === ':memory:' ? undefined : sealStatus(config.data).method;
  const isNew = kept === 'none';
  if (isNew) await requireFreePorts(config);
  else if (kept !== undefined) checkSeal(config, kept);
  const letGo = config.workers > 1 ? holdPlace(config) : undefined;
  const running = await serve(config, seed, letGo !== undefined).catch((error: unknown) => {
    // No later start will say so: to it, the key is not new.
    if (isNew && sealStatus(config.data).method === 'plain')
      process.stdout.write(`${plainKeyNotice(config).join('\n')}\n`);
    throw error;
  });
  const log = openLog(config);
  let isEnding = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isEnding) abandon(running);
      isEnding = true;
      log.info({ signal }, 'answering what is in flight');
      setTimeout(() => {
        log.error(`not everything ended within ${patienceMs / 1000} s; what is left is given up`);
        abandon(running);
      }, patienceMs);
      void running.close().then(() => {
        letGo?.();
        process.exit(0);
      });
    });
  }
  process.stdout.write(banner(config, running, isNew));
  settle();
};

/** How long everything may take to end, in milliseconds; connections have 10 s of it. A database may hang, a worker be stopped. */
const patienceMs = 15_000;

/** Ends at once, with every worker: one that was stopped would outlive this process, and keep the directory. */
const abandon = (running: Running | Supervised): never => {
  if ('kill' in running) running.kill();
  process.exit(1);
};

/** Serves under the root key that people give, that opens by itself, or that is made. */
const serve = async (config: Config, seed: string | undefined, supervised: boolean): Promise<Running | Supervised> => {
  const waited = await waitForUnseal(config);
  const serving = waited?.config ?? config;
  const rootKey = waited?.rootKey ?? (await rootKeyOf(serving));
  if (rootKey) finishRewrap(config, rootKey);
  return showingRootKey<Running | Supervised>(config, (made) =>
    supervised ? supervise(serving, seed, rootKey, made) : start(serving, seed, rootKey, undefined, made),
  );
};

/** What a first start makes and shows once is not made where it could not serve. @throws {Error} an address is in use, or not ours */
const requireFreePorts = async ({ port, host, metricsPort, metadata }: Config): Promise<void> => {
  const probes: Server[] = [];
  try {
    for (const [asked, on] of [
      [port, host],
      [metricsPort, host],
      [metadata?.port, metadata?.host],
    ] as const) {
      if (!asked) continue;
      const probe = createServer().listen(asked, on);
      await once(probe, 'listening');
      probes.push(probe);
    }
  } finally {
    // Together: two that are to listen on one port would pass one after the other.
    await Promise.all(probes.map((probe) => once(probe.close(), 'close')));
  }
};

/** Says where the root key is not kept as the configuration has it. @throws {SealError} it is not sealed at all */
const checkSeal = ({ data, seal: { method: wanted, settings } }: Config, method: SealStatus['method']): void => {
  if (method === 'key-file') warnOfKeyInside(data, settings);
  if (wanted === undefined || wanted === method) return;
  const remedy = `"bulwark rewrap --seal ${wanted}" changes that`;
  if (method === 'plain')
    throw new SealError(`${data} is not sealed, its root key lies in root.key: ${remedy}, or start it without --seal`);
  process.stderr.write(`bulwark: WARNING: ${data} is sealed by ${method}, not by ${wanted}: ${remedy}\n`);
};

const finishRewrap = ({ data }: Config, rootKey: KeyObject): void => {
  const said = plainCopySaid[removePlainCopy(data, rootKey)];
  if (said !== undefined) process.stderr.write(`bulwark: WARNING: ${data}/root.key ${said}\n`);
};

const plainCopySaid = {
  none: undefined,
  removed:
    'lay beside the seal, left by a rewrap that was interrupted, and is removed; copies of it still open the data',
  another: 'lies beside the seal and is of another root key: move it to where it belongs',
} as const;

/** Starts; where that fails after the root access key was made, shows it: no later start does. */
const showingRootKey = async <T>(config: Config, starting: (made: RootKeyMade) => Promise<T>): Promise<T> => {
  let kept: ChosenKeyPair | undefined;
  try {
    return await starting((pair) => {
      kept = pair;
    });
  } catch (error) {
    const generated = config.rootAccessKey ? undefined : kept;
    if (generated) {
      const lines = ['# The start failed after the account was made.', ...credentialLines(config, generated)];
      process.stdout.write(`${lines.join('\n')}\n`);
    }
    throw error;
  }
};

/** Takes the directory for the processes to come; the end of this process lets go of it. A database is nobody's. */
const holdPlace = ({ data, database }: Config): (() => void) =>
  database === undefined ? holdDirectory(data) : () => {};

/** From a key directory that cannot be written, such as a mounted secret, the root key cannot be changed either. */
const enterIfWritable = (data: string): (() => void) => {
  try {
    return enterDirectory(data);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return () => {};
  }
};

/** A server that waits is one that runs: nobody changes its root key. With workers, the directory is taken already. */
const holdWhileWaiting = ({ data, database, workers }: Config): (() => void) => {
  if (database !== undefined) return enterIfWritable(data);
  return workers > 1 ? () => {} : holdDirectory(data);
};

/** Where people have to unseal: serves until they have. Then the same port is served in earnest. */
const waitForUnseal = async (config: Config): Promise<{ config: Config; rootKey: KeyObject } | undefined> => {
  if (config.data === ':memory:' || !sealStatus(config.data).asks) return undefined;
  const letGo = holdWhileWaiting(config);
  const log = openLog(config);
  const sealed = await startSealed(config, (err, requestId) => log.error({ err, requestId }, 'internal failure'));
  const { asks, needed } = sealed.progress;
  process.stdout.write(
    `# Bulwark is sealed: port ${sealed.port} answers health, metrics and unseal only, until "bulwark unseal${needed > 1 ? `" was given ${needed} ${asks}s` : `" gives the ${asks}`}.\n`,
  );
  const stop = (): void => void sealed.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  const rootKey = await sealed.unsealed;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
  letGo();
  const { port, metricsPort } = sealed;
  return { config: { ...config, port, ...(metricsPort !== undefined && { metricsPort }) }, rootKey };
};

const banner = (
  config: Config,
  { url, createdRootKey }: Pick<Running, 'url' | 'createdRootKey'>,
  isNew: boolean,
): string => {
  const generated = createdRootKey && !config.rootAccessKey ? createdRootKey : undefined;
  const lines = [
    `# Bulwark, ${config.mode} mode, account ${config.account}, state in ${placeOfState(config)}`,
    ...notices(config),
    ...(isNew && config.seal.method === undefined ? plainKeyNotice(config) : []),
    `export AWS_ENDPOINT_URL=${url}`,
    `export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}`,
    ...credentialLines(config, generated),
  ];
  return `${lines.join('\n')}\n`;
};

const plainKeyNotice = (config: Config): readonly string[] => [
  `# ${config.data}/root.key was made: it opens everything in ${placeOfState(config)}. Copy it elsewhere; without it the data is lost.`,
  ...(config.mode === 'enforced'
    ? ['# For production, keep it apart from the data: "bulwark rewrap --seal passphrase", or shares, pkcs11, kms.']
    : []),
];

const credentialLines = (config: Config, generated: Running['createdRootKey']): readonly string[] => {
  if (config.mode === 'open') return ['export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test'];
  if (!generated)
    return ['# root access key: as created at the first start; "bulwark credentials reset-root" makes a new one'];
  return [
    '# The root access key of the account. This is the only time that its secret is shown.',
    `export AWS_ACCESS_KEY_ID=${generated.accessKeyId}`,
    `export AWS_SECRET_ACCESS_KEY=${generated.secretAccessKey}`,
  ];
};

const notices = (config: Config): readonly string[] => [
  ...(config.tls === 'generated' && config.data !== ':memory:'
    ? [`export AWS_CA_BUNDLE=${config.data}/tls/ca.pem`]
    : []),
  ...(config.mode === 'open' ? ['# open mode: unknown access keys act as administrator'] : []),
  ...(config.tls === 'off' && !isLoopback(config.host)
    ? ['# WARNING: without TLS, plaintexts and secret keys cross the network readable; add --tls']
    : []),
];
