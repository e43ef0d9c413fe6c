import type { Option } from '../options.ts';
import type { CommandRow } from './command-row.ts';

/** How commands that are ordinary clients find a server and say who they are: as the AWS CLI does. */
const reaching: readonly Option[] = [
  { name: 'profile', env: 'AWS_PROFILE', value: 'name', help: "a profile of the AWS CLI's files" },
  { name: 'region', env: 'AWS_REGION', value: 'region', help: "absent: the profile's" },
  {
    name: 'endpoint',
    env: 'AWS_ENDPOINT_URL',
    value: 'url',
    help: "this server's URL; absent: the profile's, or AWS's",
  },
  { name: 'ca', env: 'AWS_CA_BUNDLE', value: 'file', help: 'PEM certificates to trust for it' },
];

const path: Option = {
  name: 'path',
  env: 'BULWARK_SECRETS_PATH',
  value: 'path',
  help: 'all parameters below this path',
};
const secret: Option = {
  name: 'secret',
  env: 'BULWARK_SECRETS_SECRET',
  value: 'id',
  help: 'or the members of this secret, a JSON object: its name or ARN',
};
const format: Option = {
  name: 'format',
  env: 'BULWARK_SECRETS_FORMAT',
  value: 'format',
  help: "dotenv, json or yaml; absent: as the file's name ends, else dotenv",
};
const show: Option = { name: 'show', env: 'BULWARK_SECRETS_SHOW', help: 'show values, which are hidden otherwise' };
const dryRun: Option = {
  name: 'dry-run',
  env: 'BULWARK_SECRETS_DRY_RUN',
  help: 'say what would be written, and write nothing',
};
const made: readonly Option[] = [
  {
    name: 'type',
    env: 'BULWARK_SECRETS_TYPE',
    value: 'type',
    help: 'of parameters that are new: SecureString, unless String is asked for',
  },
  { name: 'key', env: 'BULWARK_SECRETS_KEY', value: 'id', help: "KMS key of what is new; absent: AWS's own alias" },
];

/** Commands for people and programs that use parameters and secrets: ordinary clients of a server, this one or AWS. */
export const secretCommands: readonly CommandRow[] = [
  {
    name: 'run',
    description: 'run a program with parameters and secrets in its environment, and on no disk',
    settings: [],
    flags: [
      { ...path, env: 'BULWARK_RUN_PATH', several: true },
      {
        name: 'secret',
        env: 'BULWARK_RUN_SECRET',
        value: 'id',
        help: 'a secret: every member of a JSON object, or NAME=id for all of it in one variable',
        several: true,
      },
      { name: 'prefix', env: 'BULWARK_RUN_PREFIX', value: 'text', help: 'before the name of every variable' },
      { name: 'one-level', env: 'BULWARK_RUN_ONE_LEVEL', help: 'only parameters right below the path' },
      { name: 'pristine', env: 'BULWARK_RUN_PRISTINE', help: 'without the variables of this environment' },
      ...reaching,
    ],
    argument: { name: 'command', help: 'the program and its arguments', several: true, verbatim: true },
    examples: `
Names: /my-app/prod/db/pass-word below --path /my-app/prod is DB_PASS_WORD, the member "url" of a secret is URL, a secret
that is no JSON object has the last part of its own name. Later ones win: paths in their order, then secrets in theirs.

Examples:
  $ bulwark run --path /my-app/prod -- npm start
  $ bulwark run --path /common --path /my-app/prod --secret my-app/prod/db -- ./server --port 80
  $ bulwark run --secret DB_URL=my-app/prod/db-url --prefix APP_ --path /my-app/prod -- sh -c 'psql "$DB_URL"'
  $ AWS_PROFILE=prod bulwark run --pristine --path /my-app/prod -- env

The program takes the place of this process, so its signals and exit status are its own; 127 is no such program, 126 one
that cannot be run, 2 a server that refuses or cannot be reached.`,
    run: async () => (await import('./run-program.ts')).runProgramCommand,
  },
  {
    name: 'secrets edit',
    description: 'edit parameters or a secret in $EDITOR; the file is in memory, private, and wiped',
    settings: [],
    flags: [path, secret, format, show, dryRun, ...made, ...reaching],
    examples: `
Examples:
  $ bulwark secrets edit --path /my-app/prod
  $ EDITOR='code --wait' bulwark secrets edit --secret my-app/prod/db --format yaml`,
    run: async () => (await import('./secrets/edit-command.ts')).editCommand,
  },
  {
    name: 'secrets diff',
    description: 'names that a file or another place adds, changes or lacks; exits with 1 where there are any',
    settings: [],
    flags: [
      path,
      secret,
      { name: 'to-path', env: 'BULWARK_SECRETS_TO_PATH', value: 'path', help: 'compare with another path' },
      { name: 'to-secret', env: 'BULWARK_SECRETS_TO_SECRET', value: 'id', help: 'compare with another secret' },
      format,
      show,
      ...reaching,
    ],
    argument: { name: 'file', help: 'compare with a file; - is standard input', optional: true },
    examples: `
Examples:
  $ bulwark secrets diff --path /my-app/prod prod.env
  $ bulwark secrets diff --path /my-app/staging --to-path /my-app/prod`,
    run: async () => (await import('./secrets/diff-command.ts')).diffCommand,
  },
  {
    name: 'secrets export',
    description: 'print parameters or a secret as dotenv, JSON or YAML',
    settings: [],
    flags: [
      path,
      secret,
      format,
      {
        name: 'env-names',
        env: 'BULWARK_SECRETS_ENV_NAMES',
        help: 'with the names that "bulwark run" gives to variables',
      },
      ...reaching,
    ],
    examples: `
Examples:
  $ bulwark secrets export --path /my-app/prod --format json | jq -r '."db/url"'
  $ bulwark secrets export --path /my-app/prod | bulwark secrets import --path /my-app/staging -
  $ bulwark secrets export --path /my-app/prod --env-names > /dev/shm/app.env`,
    run: async () => (await import('./secrets/export-command.ts')).exportCommand,
  },
  {
    name: 'secrets import',
    description:
      'bring dotenv, JSON or YAML to Parameter Store or into a secret; what is the same is not written again',
    settings: [],
    flags: [
      path,
      secret,
      format,
      dryRun,
      { name: 'prune', env: 'BULWARK_SECRETS_PRUNE', help: 'remove what the file does not name' },
      show,
      ...made,
      ...reaching,
    ],
    argument: { name: 'file', help: 'what to read; - is standard input' },
    examples: `
Examples:
  $ bulwark secrets import --path /my-app/prod --dry-run prod.env
  $ bulwark secrets import --path /my-app/prod --key alias/my-app prod.yaml
  $ bulwark secrets import --secret my-app/prod/db db.json`,
    run: async () => (await import('./secrets/import-command.ts')).importCommand,
  },
  {
    name: 'agent',
    description: "serve secrets and parameters to programs on this machine, from a cache, as AWS's agent does",
    settings: [],
    flags: [
      {
        name: 'port',
        env: 'PARAMETERS_SECRETS_EXTENSION_HTTP_PORT',
        value: 'number',
        help: 'TCP port on 127.0.0.1; absent: 2773',
      },
      {
        name: 'token-file',
        env: 'BULWARK_AGENT_TOKEN_FILE',
        value: 'file',
        help: 'what requests have to show, made where there is no file; absent: AWS_TOKEN, else AWS_SESSION_TOKEN',
      },
      { name: 'secret-ttl', env: 'SECRETS_MANAGER_TTL', value: 'seconds', help: '0 to 3600; absent: 300' },
      { name: 'parameter-ttl', env: 'SSM_PARAMETER_STORE_TTL', value: 'seconds', help: '0 to 3600; absent: 300' },
      {
        name: 'cache-size',
        env: 'PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE',
        value: 'number',
        help: 'how many values are kept, 0 to 1000; absent: 1000',
      },
      { name: 'max-connections', env: 'BULWARK_AGENT_MAX_CONNECTIONS', value: 'number', help: 'absent: 800' },
      ...reaching,
    ],
    examples: `
Examples:
  $ bulwark agent --token-file /run/user/1000/agent-token
  $ curl -H "X-Aws-Parameters-Secrets-Token: $(cat /run/user/1000/agent-token)" \\
      'http://localhost:2773/secretsmanager/get?secretId=my-app%2Fprod%2Fdb'
  $ curl -H "X-Aws-Parameters-Secrets-Token: $(cat /run/user/1000/agent-token)" \\
      'http://localhost:2773/systemsmanager/parameters/get?name=%2Fmy-app%2Fprod%2Furl&withDecryption=true'`,
    run: async () => (await import('./agent.ts')).agentCommand,
  },
];
