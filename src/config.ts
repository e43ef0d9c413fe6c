import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { type BlobConfig, blobOptions, readBlobConfig } from './blob-settings.ts';
import { hsmOptions, readHsmModule } from './hsm-settings.ts';
import { readSealConfig, type SealConfig, sealOptions } from './seal-settings.ts';
import type { XksNetwork } from './xks/xks-client.ts';
import { readXksNetwork, xksOptions } from './xks-settings.ts';
import { parseYaml } from './yaml.ts';

/** How strictly callers are held. @see docs/modes.md */
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
  /** Trust anchors of attestation documents, PEM; absent: that of AWS Nitro Enclaves. */
  readonly attestationRoots?: readonly string[];
  /** Proxies whose X-Forwarded-For, X-Forwarded-Proto, X-Amzn-Vpc-Id and X-Amzn-Vpce-Id headers count. */
  readonly trustedProxies: readonly string[];
  /** The VPC and VPC endpoint that every request of the listener comes through. */
  readonly vpc?: { readonly id?: string; readonly endpointId?: string };
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

/** A setting that makes no sense; the message says what to write instead. */
export class ConfigError extends Error {}

/** One setting: its flag, its environment variable, its default and what it means. The README's table is made of these rows. */
export interface Option {
  /** Flag without dashes and key in the configuration file. */
  readonly name: string;
  readonly env: string;
  /** Placeholder of the value in `--help`; absent: a switch. */
  readonly value?: string;
  readonly default?: string;
  readonly help: string;
}

/** Every setting, in the order of the README's table. A flag wins over the environment, the environment over the file. */
export const options: readonly Option[] = [
  { name: 'port', env: 'BULWARK_PORT', value: 'number', default: '4566', help: 'TCP port; 0 takes a free one' },
  { name: 'host', env: 'BULWARK_HOST', value: 'address', default: '127.0.0.1', help: 'address to listen on' },
  {
    name: 'data',
    env: 'BULWARK_DATA',
    value: 'directory',
    default: '.bulwark',
    help: 'where state lives: a directory, or postgres://user@host/database; :memory: keeps nothing',
  },
  {
    name: 'key-directory',
    env: 'BULWARK_KEY_DIRECTORY',
    value: 'directory',
    default: '.bulwark',
    help: 'beside a database: where root.key, or the seal, and the generated CA lie; every host needs a copy of the key',
  },
  {
    name: 'mode',
    env: 'BULWARK_MODE',
    value: 'mode',
    default: 'enforced',
    help: 'enforced, or open for test suites written against mocks',
  },
  {
    name: 'account',
    env: 'BULWARK_ACCOUNT',
    value: '12 digits',
    default: '000000000000',
    help: 'the account that exists from the start',
  },
  {
    name: 'region',
    env: 'BULWARK_REGION',
    value: 'region',
    default: 'us-east-1',
    help: 'the Region that is printed and used where a request names none',
  },
  {
    name: 'seed',
    env: 'BULWARK_SEED',
    value: 'file',
    help: 'YAML or JSON file with keys, users, groups, roles and policies to create',
  },
  {
    name: 'tls',
    env: 'BULWARK_TLS',
    help: 'serve HTTPS with a certificate of a CA that is generated in the data directory',
  },
  { name: 'tls-cert', env: 'BULWARK_TLS_CERT', value: 'file', help: 'serve HTTPS with this PEM certificate chain' },
  { name: 'tls-key', env: 'BULWARK_TLS_KEY', value: 'file', help: 'private key of --tls-cert, PEM' },
  {
    name: 'workers',
    env: 'BULWARK_WORKERS',
    value: 'number',
    default: 'auto',
    help: 'processes that serve one port and one store; auto: one per core on four cores and more, eight at most, else one',
  },
  {
    name: 'test-endpoints',
    env: 'BULWARK_TEST_ENDPOINTS',
    help: 'offer /_bulwark/reset, /clock and /seed in enforced mode too',
  },
  {
    name: 'open-on-network',
    env: 'BULWARK_OPEN_ON_NETWORK',
    help: 'let open mode listen beyond loopback, where anybody who reaches it is administrator',
  },
  {
    name: 'log-level',
    env: 'BULWARK_LOG_LEVEL',
    value: 'level',
    default: 'info',
    help: 'fatal, error, warn, info, debug or silent',
  },
  {
    name: 'metrics-port',
    env: 'BULWARK_METRICS_PORT',
    value: 'number',
    help: 'serve /metrics on this port of --host, to whoever reaches it; absent: to loopback only, at /_bulwark/metrics',
  },
  {
    name: 'public-url',
    env: 'BULWARK_PUBLIC_URL',
    value: 'url',
    help: 'where others reach this server: the issuer of web identity tokens begins with it; absent: where it listens',
  },
  {
    name: 'metadata-port',
    env: 'BULWARK_METADATA_PORT',
    value: 'number',
    help: 'serve the credentials of --metadata-role on this port, as EC2 instance metadata (IMDSv2)',
  },
  {
    name: 'metadata-role',
    env: 'BULWARK_METADATA_ROLE',
    value: 'arn',
    help: 'the role; its trust policy must let ec2.amazonaws.com assume it, for containers ecs-tasks.amazonaws.com',
  },
  {
    name: 'metadata-host',
    env: 'BULWARK_METADATA_HOST',
    value: 'address',
    default: '127.0.0.1',
    help: 'address of that port; whoever reaches it has the role',
  },
  {
    name: 'metadata-token-file',
    env: 'BULWARK_METADATA_TOKEN_FILE',
    value: 'file',
    help: 'serve /v2/credentials/role to containers too, with the authorization token in this file, made where there is none',
  },
  {
    name: 'trace-endpoint',
    env: 'BULWARK_TRACE_ENDPOINT',
    value: 'url',
    help: 'send traces to this OTLP/HTTP collector, e.g. http://127.0.0.1:4318; absent: nothing is traced',
  },
  {
    name: 'trace-ratio',
    env: 'BULWARK_TRACE_RATIO',
    value: 'share',
    default: '0.01',
    help: 'share of requests that are traced, 0 to 1; a client that sends traceparent decides itself',
  },
  {
    name: 'max-connections',
    env: 'BULWARK_MAX_CONNECTIONS',
    value: 'number',
    default: '10000',
    help: 'connections at one time; further ones are closed',
  },
  {
    name: 'max-connections-per-client',
    env: 'BULWARK_MAX_CONNECTIONS_PER_CLIENT',
    value: 'number',
    default: '1024',
    help: 'of those, of one client address (of IPv6, of one /64)',
  },
  {
    name: 'trusted-proxies',
    env: 'BULWARK_TRUSTED_PROXIES',
    value: 'addresses',
    help: 'proxies, as addresses or CIDR ranges with commas between, whose X-Forwarded-For and X-Forwarded-Proto name the client, and whose X-Amzn-Vpc-Id and X-Amzn-Vpce-Id its VPC',
  },
  {
    name: 'vpc',
    env: 'BULWARK_VPC',
    value: 'id',
    help: 'the VPC that all requests come from: aws:SourceVpc, with aws:VpcSourceIp in place of aws:SourceIp',
  },
  {
    name: 'vpc-endpoint',
    env: 'BULWARK_VPC_ENDPOINT',
    value: 'id',
    help: 'the VPC endpoint that all requests come through: aws:SourceVpce',
  },
  {
    name: 'attestation-root',
    env: 'BULWARK_ATTESTATION_ROOT',
    value: 'file',
    help: 'trust attestation documents under these PEM certificates instead of the root of AWS Nitro Enclaves',
  },
  {
    name: 'throttling',
    env: 'BULWARK_THROTTLING',
    value: 'on|off',
    help: "count requests against AWS's request quotas; absent: on in enforced mode, off in open mode",
  },
  {
    name: 'hosts',
    env: 'BULWARK_HOSTS',
    value: 'number',
    default: '1',
    help: 'how many hosts share the database: each serves its part of every request quota',
  },
  {
    name: 'approve-quotas',
    env: 'BULWARK_APPROVE_QUOTAS',
    help: 'approve requests for higher quotas at once; absent: they wait for "bulwark quotas approve"',
  },
  ...hsmOptions,
  ...xksOptions,
  ...sealOptions,
  ...blobOptions,
];

/** The configuration file's own flag and variable; it is not a key of the file. */
export const configFileOption: Option = {
  name: 'config',
  env: 'BULWARK_CONFIG',
  value: 'file',
  help: 'YAML or JSON file with any of these settings by their flag name',
};

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
  const hsmModule = readHsmModule(raw['hsm-pkcs11']);
  const rootAccessKey = rootKeyOf(environment);
  const config: Config = {
    port: integer('port', raw.port!, 0, 65_535),
    host: raw.host!,
    ...stateOf(raw.data!, raw['key-directory']!),
    mode: oneOf('mode', raw.mode!, ['enforced', 'open']),
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
    throttling: oneOf('throttling', raw.throttling ?? (raw.mode === 'open' ? 'off' : 'on'), ['on', 'off']) === 'on',
    hosts: integer('hosts', raw.hosts!, 1, 1000),
    approveQuotas: isOn('approve-quotas', raw['approve-quotas']),
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
  if (!/^postgres(ql)?:/.test(data)) return { data };
  if (!URL.canParse(data) || new URL(data).pathname.length < 2)
    throw new ConfigError('data: expected postgres://user:password@host:port/database');
  return { data: keyDirectory, database: data };
};

/** Where the state is, for people: without user and password. */
export const placeOfState = ({ data, database }: Config): string => {
  if (database === undefined) return data === ':memory:' ? 'memory only' : data;
  const { host, pathname } = new URL(database);
  return `postgres://${host}${pathname}`;
};

const readFile = (path: string): Readonly<Record<string, string>> => {
  const parsed: unknown = parseYaml(readText(path));
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

const attestationRootsOf = (raw: Readonly<Record<string, string | undefined>>): Pick<Config, 'attestationRoots'> => {
  const path = raw['attestation-root'];
  if (path === undefined) return {};
  const roots = readText(path).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!roots) throw new ConfigError(`attestation-root: ${path} has no certificate in PEM`);
  return { attestationRoots: roots };
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot read ${path}`, { cause: error });
  }
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
  if (vpc === undefined && endpoint === undefined) return { trustedProxies };
  return {
    trustedProxies,
    vpc: { ...(vpc !== undefined && { id: vpc }), ...(endpoint !== undefined && { endpointId: endpoint }) },
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
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new ConfigError(`trace-endpoint: "${endpoint}" is not a URL such as http://127.0.0.1:4318`);
  return { tracing: { endpoint, ratio } };
};

const integer = (name: string, text: string, min: number, max: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new ConfigError(
      min === max
        ? `${name}: "${text}" is not supported; the only value is ${min}`
        : `${name}: "${text}" is not a whole number from ${min} to ${max}`,
    );
  }
  return value;
};

const matching = (name: string, text: string, pattern: RegExp, meaning: string): string => {
  if (!pattern.test(text)) throw new ConfigError(`${name}: "${text}" is not ${meaning}`);
  return text;
};

const oneOf = <T extends string>(name: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new ConfigError(`${name}: "${text}" is not one of ${allowed.join(', ')}`);
  return found;
};

const isOn = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw new ConfigError(`${name}: "${text}" is neither true nor false`);
};
