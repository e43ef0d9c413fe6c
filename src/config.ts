import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { type BlobConfig, readBlobConfig } from './blob-settings.ts';
import { readHsmModule } from './hsm-settings.ts';
import { configFileOption, options } from './options.ts';
import { readSealConfig, type SealConfig } from './seal-settings.ts';
import { ConfigError, certificatesIn, integer, isOn, matching, oneOf, textIn } from './setting-values.ts';
import { isDatabaseUrl } from './store/store.ts';
import type { XksNetwork } from './xks/xks-client.ts';
import { readXksNetwork } from './xks-settings.ts';
import { parseYaml } from './yaml.ts';

/** How strictly callers are held; README.md, "Modes", says what each takes. */
export type Mode = 'enforced' | 'open';

/** Everything that can be configured, validated and frozen. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** A directory, or `:memory:`. Beside a database: what this host keeps itself, which is the root key or its seal, and the CA. */
  readonly data: string;
  /** URL of the database that holds the state; absent: the directory does. Contains a password: never to be printed. */
  readonly database?: string;
  readonly mode: Mode;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Path of a seed file; absent: none. */
  readonly seed?: string;
  /** `off`, or where the certificate comes from. */
  readonly tls: TlsSource;
  readonly workers: number;
  readonly testEndpoints: boolean;
  readonly openOnNetwork: boolean;
  readonly logLevel: string;
  /** Port of the listener that serves metrics to whoever reaches it; absent: there is none. */
  readonly metricsPort?: number;
  /** The role whose credentials programs on this machine get, and where; absent: there is no such listener. */
  readonly metadata?: MetadataConfig;
  /** Where others reach this server, without a slash at the end; absent: where it listens. */
  readonly publicUrl?: string;
  /** Where traces go, and of which share of requests; absent: nothing is traced. */
  readonly tracing?: { readonly endpoint: string; readonly ratio: number };
  /** Whether requests count against request quotas. */
  readonly throttling: boolean;
  /** How many hosts share the database: each serves its part of every request quota. */
  readonly hosts: number;
  /** Whether requests for higher quotas are approved at once. */
  readonly approveQuotas: boolean;
  /** Whether functions run where they can read what the server can. */
  readonly unconfinedFunctions: boolean;
  /** Trust anchors of attestation documents, PEM; absent: that of AWS Nitro Enclaves. */
  readonly attestationRoots?: readonly string[];
  /** Proxies whose X-Forwarded-For, X-Forwarded-Proto, X-Amzn-Vpc-Id and X-Amzn-Vpce-Id headers count. */
  readonly trustedProxies: readonly string[];
  /** The VPC and VPC endpoint that every request of the listener comes through. */
  readonly vpc?: { readonly id?: string; readonly endpointId?: string; readonly account?: string };
  readonly maxConnections: number;
  readonly maxConnectionsPerClient: number;
  readonly seal: SealConfig;
  readonly blobs: BlobConfig;
  /** Path of a PKCS#11 library whose tokens can be CloudHSM clusters; absent: there are none. */
  readonly hsmModule?: string;
  readonly xks: XksNetwork;
  /** Root access key to create at the first start instead of a generated one. */
  readonly rootAccessKey?: { readonly id: string; readonly secret: string };
}

/** The metadata listener. */
export interface MetadataConfig {
  readonly port: number;
  readonly host: string;
  readonly roleArn: string;
  /** File with the authorization token of the containers' endpoint; absent: there is only the instances' one. */
  readonly tokenFile?: string;
}

/** Where the listener's certificate comes from: nowhere (plain HTTP), a CA of our own, or files. */
export type TlsSource = 'off' | 'generated' | { readonly certFile: string; readonly keyFile: string };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Composes flags, environment and file into one frozen configuration.
 *
 * @param flags flag name without dashes → text as given
 * @param cores that this process may use
 * @throws {ConfigError} with the setting and what it may be
 */
export const readConfig = (
  flags: Readonly<Record<string, string | undefined>>,
  environment: Environment,
  cores = availableParallelism(),
): Config => {
  const filePath = flags[configFileOption.name] ?? environment[configFileOption.env];
  const file = filePath === undefined ? {} : readFile(filePath);
  const raw: Record<string, string | undefined> = {};
  for (const option of options) {
    raw[option.name] = flags[option.name] ?? environment[option.env] ?? file[option.name] ?? option.default;
  }
  const { seed } = raw;
  const mode = oneOf('mode', raw.mode!, ['enforced', 'open']);
  const hsmModule = readHsmModule(raw['hsm-pkcs11']);
  const rootAccessKey = rootKeyOf(environment);
  const config: Config = {
    port: integer('port', raw.port!, 0, 65_535),
    host: raw.host!,
    ...stateOf(raw.data!, raw['key-directory']!),
    mode,
    account: matching('account', raw.account!, /^\d{12}$/, '12 digits'),
    region: matching('region', raw.region!, /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/, 'a Region name such as eu-west-2'),
    ...(seed !== undefined && { seed }),
    tls: tlsOf(raw),
    workers: 1,
    testEndpoints: isOn('test-endpoints', raw['test-endpoints']),
    openOnNetwork: isOn('open-on-network', raw['open-on-network']),
    ...(raw['metrics-port'] !== undefined && { metricsPort: integer('metrics-port', raw['metrics-port'], 0, 65_535) }),
    ...metadataOf(raw),
    ...publicUrlOf(raw['public-url']),
    ...tracingOf(raw),
    ...attestationRootsOf(raw),
    throttling: oneOf('throttling', raw.throttling ?? (mode === 'open' ? 'off' : 'on'), ['on', 'off']) === 'on',
    hosts: integer('hosts', raw.hosts!, 1, 1000),
    approveQuotas: isOn('approve-quotas', raw['approve-quotas']),
    unconfinedFunctions: mode === 'open' || isOn('unconfined-functions', raw['unconfined-functions']),
    ...placeOf(raw),
    maxConnections: integer('max-connections', raw['max-connections']!, 1, 1_000_000),
    maxConnectionsPerClient: integer('max-connections-per-client', raw['max-connections-per-client']!, 1, 1_000_000),
    logLevel: oneOf('log-level', raw['log-level']!, ['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
    seal: readSealConfig(raw, environment),
    blobs: readBlobConfig(raw, environment),
    ...(hsmModule !== undefined && { hsmModule }),
    xks: readXksNetwork(raw),
    ...(rootAccessKey && { rootAccessKey }),
  };
  if (config.mode === 'open' && !isLoopback(config.host) && !config.openOnNetwork) {
    throw new ConfigError(
      `open mode lets anybody act as administrator, so it listens on loopback only; to listen on ${config.host} all the same, add --open-on-network`,
    );
  }
  return Object.freeze({ ...config, workers: workersOf(raw.workers!, config, cores) });
};

/** From this many cores on, several workers serve more than one: docs/decisions/0007-workers.md. */
const minAutoCores = 4;
/** Each takes some 95 MB. */
const maxAutoWorkers = 8;

/** @throws {ConfigError} several were asked for where there can be one only */
const workersOf = (text: string, config: Config, cores: number): number => {
  const reason = whyOneWorker(config);
  if (text === 'auto') return reason !== undefined || cores < minAutoCores ? 1 : Math.min(cores, maxAutoWorkers);
  const workers = integer('workers', text, 1, 256);
  if (workers > 1 && reason !== undefined) throw new ConfigError(`workers: ${reason}`);
  return workers;
};

/** What a process of several cannot do; undefined: nothing that is configured. */
const whyOneWorker = ({ data, mode, testEndpoints, metadata }: Config): string | undefined => {
  if (metadata) return 'the metadata listener belongs to one process; use --workers 1 with it';
  if (data === ':memory:') return 'a store in memory belongs to one process; name a directory';
  if (mode === 'open' || testEndpoints)
    return 'the test endpoints move the clock of one process; use --workers 1 with them';
  return undefined;
};

/** Whether an address to listen on is reachable from this machine only. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** @throws {ConfigError} which never repeats the text: it may contain a password */
const stateOf = (data: string, keyDirectory: string): Pick<Config, 'data' | 'database'> => {
  const keys = directoryOf('key-directory', keyDirectory);
  if (!/^postgres(ql)?:/.test(data)) return { data: directoryOf('data', data) };
  if (!isDatabaseUrl(data) || !URL.canParse(data) || new URL(data).pathname.length < 2)
    throw new ConfigError('data: expected postgres://user:password@host:port/database');
  return { data: keys, database: data };
};

/** @throws {ConfigError} it is a URL */
const directoryOf = (name: string, path: string): string => {
  const [scheme] = /^[a-z][a-z0-9+.-]+:\/\//i.exec(path) ?? [];
  if (scheme === undefined) return path;
  throw new ConfigError(
    name === 'data'
      ? `data: nothing can be kept at ${scheme}…; name a directory, or postgres://user:password@host:port/database`
      : `${name}: nothing can be kept at ${scheme}…; name a directory`,
  );
};

/** Where the state is, for people: the whole path of a directory, or a database without user and password. */
export const placeOfState = ({ data, database }: Config): string => {
  if (database === undefined) return data === ':memory:' ? 'memory only' : resolve(data);
  const { host, pathname } = new URL(database);
  return `postgres://${host}${pathname}`;
};

const readFile = (path: string): Readonly<Record<string, string>> => {
  const parsed = yamlIn(path);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`${path}: expected settings as "name: value"`);
  const known = new Set(options.map((option) => option.name));
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (!known.has(name)) throw new ConfigError(`${path}: unknown setting "${name}"; known: ${[...known].join(', ')}`);
    settings[name] = String(value);
  }
  return settings;
};

const yamlIn = (path: string): unknown => {
  const text = textIn('config', path);
  try {
    return parseYaml(text);
  } catch (cause) {
    throw new ConfigError(`${path}: not YAML: ${(cause as Error).message.split('\n', 1)[0]!.replace(/:$/, '')}`, {
      cause,
    });
  }
};

const attestationRootsOf = (raw: Readonly<Record<string, string | undefined>>): Pick<Config, 'attestationRoots'> => {
  const path = raw['attestation-root'];
  if (path === undefined) return {};
  return { attestationRoots: certificatesIn('attestation-root', path) };
};

const rootKeyOf = (environment: Environment): Config['rootAccessKey'] => {
  const id = environment.BULWARK_ROOT_ACCESS_KEY_ID;
  const secret = environment.BULWARK_ROOT_SECRET_ACCESS_KEY;
  if (id === undefined && secret === undefined) return undefined;
  if (!id || !secret)
    throw new ConfigError('set both BULWARK_ROOT_ACCESS_KEY_ID and BULWARK_ROOT_SECRET_ACCESS_KEY, or neither');
  matching('BULWARK_ROOT_ACCESS_KEY_ID', id, /^\w{16,128}$/, '16 to 128 letters, digits or underscores');
  if (secret.length < 16) throw new ConfigError('BULWARK_ROOT_SECRET_ACCESS_KEY must have at least 16 characters');
  return { id, secret };
};

const tlsOf = (raw: Readonly<Record<string, string | undefined>>): TlsSource => {
  const certFile = raw['tls-cert'];
  const keyFile = raw['tls-key'];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new ConfigError('--tls-cert and --tls-key go together');
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile };
  return isOn('tls', raw.tls) ? 'generated' : 'off';
};

const metadataOf = (raw: Readonly<Record<string, string | undefined>>): Pick<Config, 'metadata'> => {
  const { 'metadata-port': port, 'metadata-role': roleArn, 'metadata-token-file': tokenFile } = raw;
  if (port === undefined && roleArn === undefined) return {};
  if (port === undefined || roleArn === undefined)
    throw new ConfigError('--metadata-port and --metadata-role go together');
  return {
    metadata: {
      port: integer('metadata-port', port, 0, 65_535),
      host: raw['metadata-host']!,
      roleArn: matching('metadata-role', roleArn, /^arn:aws:iam::\d{12}:role\/[\x21-\x7e]+$/, "a role's ARN"),
      ...(tokenFile !== undefined && { tokenFile }),
    },
  };
};

const publicUrlOf = (text: string | undefined): Pick<Config, 'publicUrl'> => {
  if (text === undefined) return {};
  if (!/^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(text))
    throw new ConfigError(`public-url: "${text}" is not a URL such as https://bulwark.example.com`);
  return { publicUrl: text.replace(/\/$/, '') };
};

const placeOf = (raw: Readonly<Record<string, string | undefined>>): Pick<Config, 'trustedProxies' | 'vpc'> => {
  const trustedProxies = (raw['trusted-proxies'] ?? '').split(',').flatMap((range) => range.trim() || []);
  const wrong = trustedProxies.find((range) => !isRange(range));
  if (wrong !== undefined) throw new ConfigError(`trusted-proxies: "${wrong}" is neither an address nor a CIDR range`);
  const { vpc } = raw;
  const endpoint = raw['vpc-endpoint'];
  if (vpc !== undefined) matching('vpc', vpc, /^vpc-[0-9a-z]+$/, 'the id of a VPC, vpc-…');
  if (endpoint !== undefined)
    matching('vpc-endpoint', endpoint, /^vpce-[0-9a-z]+$/, 'the id of a VPC endpoint, vpce-…');
  const account = raw['vpc-account'];
  if (account !== undefined) matching('vpc-account', account, /^\d{12}$/, '12 digits');
  if (vpc === undefined && endpoint === undefined) {
    if (account !== undefined) throw new ConfigError('--vpc-account goes with --vpc or --vpc-endpoint');
    return { trustedProxies };
  }
  return {
    trustedProxies,
    vpc: {
      ...(vpc !== undefined && { id: vpc }),
      ...(endpoint !== undefined && { endpointId: endpoint }),
      ...(account !== undefined && { account }),
    },
  };
};

const isRange = (text: string): boolean => {
  const [address = '', bits = '0', ...more] = text.split('/');
  return (
    isIP(address) > 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128)
  );
};

const tracingOf = (raw: Readonly<Record<string, string | undefined>>): Pick<Config, 'tracing'> => {
  const endpoint = raw['trace-endpoint'];
  const ratio = Number(raw['trace-ratio']);
  if (!(ratio >= 0 && ratio <= 1)) throw new ConfigError(`trace-ratio: "${raw['trace-ratio']}" is not from 0 to 1`);
  if (endpoint === undefined) return {};
  // Not repeated, whether it is a URL otherwise or not: it may have a secret.
  if (/[@?#]/.test(endpoint))
    throw new ConfigError(
      'trace-endpoint: a user, password, query or fragment has no place in a URL such as http://127.0.0.1:4318',
    );
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new ConfigError(`trace-endpoint: "${endpoint}" is not a URL such as http://127.0.0.1:4318`);
  return { tracing: { endpoint, ratio } };
};
