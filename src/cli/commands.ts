import { blobOptions } from '../blob-settings.ts';
import { type Option, options } from '../options.ts';
import { sealOptions } from '../seal-settings.ts';
import type { CommandRow } from './command-row.ts';
import { secretCommands } from './secret-commands.ts';

const named = (...names: readonly string[]): readonly Option[] => options.filter(({ name }) => names.includes(name));

/** These settings and those of the seal: for commands that need the root key. */
const sealed = (...names: readonly string[]): readonly Option[] => [...named(...names), ...sealOptions];

/** Where a server listens, and where its state and its root key lie. */
const server = ['port', 'host', 'tls', 'tls-cert', 'tls-key', 'data', 'key-directory'];

/** What it takes to read the journal: of a directory, a database or, where the state is in memory, a running server. */
const journal = sealed(...server);

/** What it takes to find a running server. */
const reaching = named(...server);

/** What it takes to prove to a running server that one has the root key. */
const proving = sealed(...server);

const requestId = { name: 'request-id', help: 'as "bulwark quotas list" and RequestServiceQuotaIncrease show it' };

const expectHead: Option = {
  name: 'expect-head',
  env: 'BULWARK_EXPECT_HEAD',
  value: 'head',
  help: 'a head that was kept elsewhere, "sequence hash": fail when the journal does not continue from it',
};

/** Every command: what `--help` lists, in its order. */
export const commands: readonly CommandRow[] = [
  {
    name: 'start',
    description: 'serve until SIGTERM or SIGINT',
    settings: options,
    examples: `
Examples:
  $ bulwark start                                          serve on http://127.0.0.1:4566, state in ./.bulwark
  $ bulwark start --data :memory: --mode open              a throw-away server for a test suite
  $ bulwark start --tls --host 0.0.0.0 --data /var/lib/bulwark
  $ bulwark start --data postgres://bulwark@db.example/bulwark --key-directory ./keys
  $ bulwark start --config settings.yaml                   the flags of this page, as "name: value"`,
    run: async () => (await import('./start.ts')).startCommand,
  },
  {
    name: 'status',
    description: 'ask a running server whether it is ready; exits with 1 when it is not',
    settings: reaching,
    examples: `
Examples:
  $ bulwark status --port 5000
  $ bulwark status --tls --data ./d                        trusts the CA in that directory`,
    run: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'doctor',
    description: 'find and explain what is wrong with a set-up; exits with 1 where there is a problem',
    settings: options,
    flags: [{ name: 'json', env: 'BULWARK_DOCTOR_JSON', help: 'print the findings as JSON' }],
    examples: `
Examples:
  $ bulwark doctor --data ./d --port 5000                  with the flags that the server has, or is to have
  $ bulwark doctor --data ./d --json`,
    run: async () => (await import('./doctor.ts')).doctorCommand,
  },
  {
    name: 'init',
    description: 'make the root key of a new data directory under a seal, and print what to keep',
    settings: sealed('data', 'key-directory'),
    examples: `
Examples:
  $ bulwark init --data ./d --seal passphrase
  $ bulwark init --data ./d --seal shares --seal-shares 3/5
  $ bulwark init --data ./d --seal key-file --seal-key-file /etc/bulwark/seal.key`,
    run: async () => (await import('./init.ts')).initCommand,
  },
  {
    name: 'unseal',
    description: 'give a waiting server its passphrase, or one more share',
    settings: reaching,
    examples: `
Examples:
  $ bulwark unseal                                         asks for one share, or the passphrase
  $ bulwark unseal --port 5000 < share.txt`,
    run: async () => (await import('./unseal.ts')).unsealCommand,
  },
  {
    name: 'seal status',
    description: 'say how the root key of a data directory is kept',
    settings: named('data', 'key-directory'),
    examples: `
Examples:
  $ bulwark seal status --data ./d`,
    run: async () => (await import('./seal-status.ts')).sealStatusCommand,
  },
  {
    name: 'rewrap',
    description: 'keep the root key under another seal or passphrase; a running server goes on',
    settings: sealed('data', 'key-directory'),
    examples: `
Examples:
  $ bulwark rewrap --data ./d --seal passphrase
  $ bulwark rewrap --data ./d --seal key-file --seal-key-file /etc/bulwark/seal.key`,
    run: async () => (await import('./init.ts')).rewrapCommand,
  },
  {
    name: 'verify-journal',
    description: 'check the whole audit journal; exits with 1 when a record was changed, removed or reordered',
    settings: sealed('data', 'key-directory'),
    flags: [expectHead],
    examples: `
Examples:
  $ bulwark verify-journal --data ./d
  $ bulwark verify-journal --data ./d --expect-head "$(cat kept-head)"     as an earlier one printed it after "head "`,
    run: async () => (await import('./verify-journal.ts')).verifyJournalCommand,
  },
  {
    name: 'verify',
    description: 'check the journal and every stored record; exits with 1 when one was changed, removed or put back',
    settings: sealed('data', 'key-directory'),
    flags: [expectHead],
    examples: `
Examples:
  $ bulwark verify --data ./d
  $ bulwark verify --data postgres://bulwark@db.example/bulwark --key-directory ./keys`,
    run: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'explain',
    description: 'say which policy and statement decided a request, and what would allow it',
    settings: journal,
    flags: [{ name: 'json', env: 'BULWARK_EXPLAIN_JSON', help: 'print it as JSON' }],
    argument: { name: 'request-id', help: 'as the answer or the error message has it' },
    examples: `
Examples:
  $ bulwark explain 7d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a --data ./d
  $ bulwark explain 7d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a --json`,
    run: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'policy test',
    description: 'decide the cases of files with policy files, without a server; exits with 1 when one fails',
    settings: [],
    flags: [{ name: 'junit', env: 'BULWARK_POLICY_JUNIT', value: 'file', help: 'write the results as JUnit XML, too' }],
    argument: { name: 'files', help: 'YAML or JSON; docs/policy-tests.md has the format', several: true },
    examples: `
Examples:
  $ bulwark policy test cases.yaml
  $ bulwark policy test --junit results.xml tests/*.yaml`,
    run: async () => (await import('./policy/test-command.ts')).policyTestCommand,
  },
  {
    name: 'policy generate',
    description: 'print the smallest policy that covers what the journal saw a user or role do',
    settings: journal,
    flags: [
      { name: 'principal', env: 'BULWARK_POLICY_PRINCIPAL', value: 'arn', help: 'the user, role or session' },
      { name: 'since', env: 'BULWARK_POLICY_SINCE', value: 'time', help: 'a span such as 90d, or a date; absent: all' },
      {
        name: 'unused',
        env: 'BULWARK_POLICY_UNUSED',
        help: 'list the actions that are granted and were not used instead',
      },
    ],
    examples: `
Examples:
  $ bulwark policy generate --principal arn:aws:iam::000000000000:role/app --since 90d
  $ bulwark policy generate --principal arn:aws:iam::000000000000:role/app --unused`,
    run: async () => (await import('./policy/generate-command.ts')).policyGenerateCommand,
  },
  {
    name: 'rotate-keys',
    description: 'new keys for all that is stored, sealed anew in the background of a running server, or here',
    settings: proving,
    flags: [
      {
        name: 'root',
        env: 'BULWARK_ROTATE_ROOT',
        help: 'a new root key instead; the server must be stopped',
      },
    ],
    examples: `
Examples:
  $ bulwark rotate-keys --data ./d
  $ bulwark rotate-keys --data ./d --root                  with the server stopped`,
    run: async () => (await import('./rotate-keys.ts')).rotateKeysCommand,
  },
  {
    name: 'backup',
    description: 'write a consistent, sealed copy of a data directory or database; servers may run on it',
    settings: [...sealed('data', 'key-directory'), ...blobOptions],
    flags: [
      {
        name: 'to',
        env: 'BULWARK_BACKUP_TO',
        value: 'place',
        help: 'the backup to write: a file, or s3://bucket/prefix/name or file:///directory/name in a blob store',
      },
    ],
    examples: `
Examples:
  $ bulwark backup --data ./d --to d.backup
  $ bulwark backup --data ./d --to s3://bucket/bulwark/monday --blob-region eu-west-2`,
    run: async () => (await import('./backup.ts')).backupCommand,
  },
  {
    name: 'restore',
    description: 'make a new data directory, or fill a database, from a backup, after verifying all of it',
    settings: [...sealed('data', 'key-directory'), ...blobOptions],
    flags: [
      { name: 'from', env: 'BULWARK_BACKUP_FROM', value: 'place', help: 'the backup to read' },
      {
        name: 'root-key',
        env: 'BULWARK_RESTORE_ROOT_KEY',
        value: 'file',
        help: 'a copy of root.key, where the root key lay beside the data',
      },
      { name: 'verify', env: 'BULWARK_RESTORE_VERIFY', help: 'verify only, and keep nothing' },
    ],
    examples: `
Examples:
  $ bulwark restore --from d.backup --data ./d2 --root-key root.key
  $ bulwark restore --from s3://bucket/bulwark/monday --data ./d2 --verify`,
    run: async () => (await import('./restore.ts')).restoreCommand,
  },
  {
    name: 'cost',
    description: "what AWS would ask for a month of the account's use, metered from the journal: a table and a plot",
    settings: [...journal, ...named('account')],
    flags: [
      { name: 'month', env: 'BULWARK_COST_MONTH', value: 'month', help: 'e.g. 2026-11; absent: this one' },
      { name: 'json', env: 'BULWARK_COST_JSON', help: 'print it as JSON' },
    ],
    examples: `
Examples:
  $ bulwark cost --data ./d
  $ bulwark cost --data ./d --month 2026-11 --json`,
    run: async () => (await import('./cost.ts')).costCommand,
  },
  {
    name: 'k8s-kms-provider',
    description: 'encrypt what a Kubernetes cluster keeps in etcd: its KMS v2 plugin, on a Unix socket',
    settings: [],
    flags: [
      { name: 'key-id', env: 'BULWARK_K8S_KEY_ID', value: 'arn', help: 'ARN of the KMS key' },
      { name: 'socket', env: 'BULWARK_K8S_SOCKET', value: 'path', help: 'the Unix socket to make' },
      { name: 'endpoint', env: 'AWS_ENDPOINT_URL', value: 'url', help: "this server's URL; absent: AWS's" },
      { name: 'ca', env: 'AWS_CA_BUNDLE', value: 'file', help: 'PEM certificates to trust for it' },
      {
        name: 'encryption-context',
        env: 'BULWARK_K8S_ENCRYPTION_CONTEXT',
        value: 'name=value,…',
        help: 'bound to every ciphertext',
      },
    ],
    examples: `
Examples:
  $ bulwark k8s-kms-provider --key-id arn:aws:kms:us-east-1:000000000000:key/… --socket /run/bulwark/kms.sock \\
      --endpoint https://kms.example.internal:4566 --ca ca.pem`,
    run: async () => (await import('./k8s-kms-provider.ts')).k8sKmsProviderCommand,
  },
  {
    name: 'xks-proxy',
    description: "let AWS KMS, or another server, use keys of a KMS: the server side of AWS's XKS proxy API",
    settings: named('port', 'host', 'tls-cert', 'tls-key'),
    flags: [
      {
        name: 'keys',
        env: 'BULWARK_XKS_KEYS',
        value: 'id=arn,…',
        help: 'external key ids, each with its HMAC_256 key',
      },
      {
        name: 'access-keys',
        env: 'BULWARK_XKS_ACCESS_KEYS',
        value: 'file',
        help: 'who may ask; made where there is none',
      },
      { name: 'prefix', env: 'BULWARK_XKS_PREFIX', value: 'path', help: 'what stands before /kms/xks/v1' },
      {
        name: 'client-ca',
        env: 'BULWARK_XKS_CLIENT_CA',
        value: 'file',
        help: 'PEM certificates that those of clients have to be issued by',
      },
      {
        name: 'client-name',
        env: 'BULWARK_XKS_CLIENT_NAME',
        value: 'name,…',
        help: 'common names that those have to be for: cks.kms.<Region>.amazonaws.com is AWS KMS',
      },
      { name: 'rate', env: 'BULWARK_XKS_RATE', value: 'number', help: 'requests per second; absent: 1800' },
      { name: 'endpoint', env: 'AWS_ENDPOINT_URL', value: 'url', help: "URL of the keys' server; absent: AWS's" },
      { name: 'ca', env: 'AWS_CA_BUNDLE', value: 'file', help: 'PEM certificates to trust for it' },
    ],
    examples: `
Examples:
  $ bulwark xks-proxy --keys payroll=arn:aws:kms:us-east-1:000000000000:key/… --access-keys ./xks-access-keys --prefix /team \\
      --host 0.0.0.0 --port 443 --tls-cert xks.pem --tls-key xks.key`,
    run: async () => (await import('./xks-proxy.ts')).xksProxyCommand,
  },
  {
    name: 'quotas list',
    description: 'list the requests for higher quotas that wait to be decided',
    settings: proving,
    examples: `
Examples:
  $ bulwark quotas list --data ./d`,
    run: async () => (await import('./quotas.ts')).listQuotaRequestsCommand,
  },
  {
    name: 'quotas approve',
    description: 'approve a request for a higher quota; it is in force from the next second on',
    settings: proving,
    argument: requestId,
    examples: `
Examples:
  $ bulwark quotas approve 5f0c9b1e7a3d4826b0c5d2e8f14a6b7c9d3e0f21 --data ./d`,
    run: async () => (await import('./quotas.ts')).decideQuotaRequestCommand('APPROVED'),
  },
  {
    name: 'quotas deny',
    description: 'deny a request for a higher quota',
    settings: proving,
    argument: requestId,
    examples: `
Examples:
  $ bulwark quotas deny 5f0c9b1e7a3d4826b0c5d2e8f14a6b7c9d3e0f21 --data ./d`,
    run: async () => (await import('./quotas.ts')).decideQuotaRequestCommand('DENIED'),
  },
  {
    name: 'credentials',
    description: 'print temporary credentials for credential_process of an AWS profile',
    settings: named('port', 'host', 'tls', 'tls-cert', 'tls-key', 'data', 'region'),
    flags: [
      {
        name: 'key-file',
        env: 'BULWARK_CREDENTIALS_KEY_FILE',
        value: 'file',
        help: 'the output of "aws iam create-access-key": who asks',
      },
      {
        name: 'role',
        env: 'BULWARK_CREDENTIALS_ROLE',
        value: 'arn',
        help: "the role to assume; absent: a session of the key's user",
      },
      {
        name: 'session-name',
        env: 'BULWARK_CREDENTIALS_SESSION_NAME',
        value: 'name',
        help: 'name of the role session',
      },
      {
        name: 'duration',
        env: 'BULWARK_CREDENTIALS_DURATION',
        value: 'seconds',
        help: 'how long they are valid; absent: as STS has it',
      },
    ],
    examples: `
Examples:
  $ aws iam create-access-key --user-name alice > key.json
  $ bulwark credentials --key-file key.json --role arn:aws:iam::000000000000:role/app

In ~/.aws/config: credential_process = bulwark credentials --key-file /home/alice/key.json`,
    run: async () => (await import('./credentials.ts')).credentialsCommand,
  },
  {
    name: 'credentials reset-root',
    description: 'delete the root access keys of the account and print a new one; the server must be stopped',
    settings: sealed('data', 'key-directory', 'account', 'region'),
    examples: `
Examples:
  $ bulwark credentials reset-root --data ./d`,
    run: async () => (await import('./reset-root.ts')).resetRootCommand,
  },
  ...secretCommands,
];
