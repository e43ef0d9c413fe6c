import { blobOptions } from './blob-settings.ts';
import { hsmOptions } from './hsm-settings.ts';
import { sealOptions } from './seal-settings.ts';
import { xksOptions } from './xks-settings.ts';

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
    help: 'proxies, as addresses or CIDR ranges with commas between, whose X-Forwarded-For and X-Forwarded-Proto name the client, and whose X-Amzn-Vpc-Id, X-Amzn-Vpce-Id and X-Amzn-Vpc-Account its VPC',
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
    name: 'vpc-account',
    env: 'BULWARK_VPC_ACCOUNT',
    value: '12 digits',
    help: 'the account that owns them: aws:VpceAccount, aws:VpceOrgID, aws:VpceOrgPaths, aws:SourceVpcArn; absent: no request has these keys',
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
    name: 'unconfined-functions',
    env: 'BULWARK_UNCONFINED_FUNCTIONS',
    help: 'run Lambda functions where the host cannot keep them from the server’s own files; always so in open mode',
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
