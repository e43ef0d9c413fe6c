import cluster from 'node:cluster';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Running, start } from '../compose.ts';
import { type Config, isLoopback, placeOfState } from '../config.ts';
import { collectAlone, collectRarely, settle } from '../process/memory.ts';
import { rootKeyOf } from '../root-key.ts';
import { sealStatus } from '../seal/seal.ts';
import { startSealed } from '../sealed-server.ts';
import { ConfigError } from '../setting-values.ts';
import { finishRootKeyChange } from '../store/change-root-key.ts';
import { enterDirectory, holdDirectory } from '../store/open.ts';
import { serveAsWorker, supervise } from './workers.ts';

/** `bulwark start`: serves until a signal; the second signal ends the process at once. */
export const startCommand = async (config: Config): Promise<void> => {
  collectRarely();
  collectAlone();
  if (cluster.isWorker) return serveAsWorker(config);
  const seed = config.seed === undefined ? undefined : seedText(config.seed);
  if (config.data !== ':memory:') await finishRootKeyChange({ directory: config.data, database: config.database });
  const isNew = config.data !== ':memory:' && sealStatus(config.data).method === 'none';
  const letGo = config.workers > 1 ? holdPlace(config) : undefined;
  const waited = await waitForUnseal(config);
  const serving = waited?.config ?? config;
  const running = letGo
    ? await supervise(serving, seed, waited?.rootKey ?? (await rootKeyOf(serving)))
    : await start(serving, seed, waited?.rootKey);
  process.stdout.write(banner(config, running, isNew));
  settle();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      process.stderr.write(`bulwark: ${signal}, answering what is in flight\n`);
      process.once(signal, () => process.exit(1));
      void running.close().then(() => {
        letGo?.();
        process.exit(0);
      });
    });
  }
};

/** Takes the directory for the processes to come; the end of this process lets go of it. A database is nobody's. */
const holdPlace = ({ data, database }: Config): (() => void) =>
  database === undefined ? holdDirectory(data) : () => {};

/** A server that waits is one that runs: nobody changes its root key. With workers, the directory is taken already. */
const holdWhileWaiting = ({ data, database, workers }: Config): (() => void) => {
  if (database !== undefined) return enterDirectory(data);
  return workers > 1 ? () => {} : holdDirectory(data);
};

/** Where people have to unseal: serves until they have. Then the same port is served in earnest. */
const waitForUnseal = async (config: Config): Promise<{ config: Config; rootKey: KeyObject } | undefined> => {
  if (config.data === ':memory:' || !sealStatus(config.data).asks) return undefined;
  const letGo = holdWhileWaiting(config);
  const sealed = await startSealed(config, (error) =>
    process.stderr.write(`bulwark: internal failure: ${String(error)}\n`),
  );
  const { asks, needed } = sealed.progress;
  process.stdout.write(
    `# Bulwark is sealed: port ${sealed.port} answers health and unseal only, until "bulwark unseal${needed > 1 ? `" was given ${needed} ${asks}s` : `" gives the ${asks}`}.\n`,
  );
  const stop = (): void => void sealed.close().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  const rootKey = await sealed.unsealed;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, stop);
  letGo();
  return { config: { ...config, port: sealed.port }, rootKey };
};

const seedText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`seed: cannot read ${path}`, { cause: error });
  }
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
