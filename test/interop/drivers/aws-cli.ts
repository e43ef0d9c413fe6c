import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed } from '../../../bench/processes.ts';
import { run } from '../../bulwark.ts';
import { type Driver, type Output, parseOperation, Refusal, type Target } from '../driver.ts';

let directory: string | undefined;
let files = 0;

/** Where the CLI runs and finds its blobs; made for the first call. */
const workingDirectory = (): string => {
  directory ??= mkdtempSync(join(tmpdir(), 'bulwark-aws-cli-'));
  return directory;
};

/** The AWS command line interface: one process a call, blobs from files, errors from its one sentence. */
export const awsCli: Driver = {
  name: 'the aws CLI',
  ...(!installed('aws') && { missing: 'the aws CLI is not installed' }),
  call: async (operation, input, target) => {
    const flags = Object.entries(input).flatMap(([name, value]) => flagOf(name, value));
    const { service, name } = parseOperation(operation);
    const args = [service, kebab(name), ...flags, '--output', 'json'];
    const { exitCode, stdout, stderr } = await run('aws', args, {
      env: awsEnvironment(target),
      cwd: workingDirectory(),
    });
    if (exitCode === 0) return stdout.trim() === '' ? {} : readOutput(JSON.parse(stdout));
    const said = /An error occurred \((\w+)\) when calling the \w+ operation(?: \([^)]*\))?: (.*)/s.exec(stderr);
    throw said ? new Refusal(said[1]!, said[2]!.trim()) : new Error(`aws ${args.join(' ')}: ${stderr}`);
  },
  close: () => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    directory = undefined;
  },
};

/** What the AWS CLI and boto3 read to speak to a server as somebody, and nothing of the machine's own settings. */
export const awsEnvironment = ({ url, region, credentials }: Target): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  AWS_MAX_ATTEMPTS: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
});

const flagOf = (name: string, value: unknown): string[] => {
  const flag = kebab(name);
  if (typeof value === 'boolean') return [value ? `--${flag}` : `--no-${flag}`];
  if (Buffer.isBuffer(value)) return [`--${flag}`, `fileb://${written(value)}`];
  // Version 1 of the CLI fetches what it takes for a URL.
  if (typeof value === 'string' && /^https?:/.test(value)) return [`--${flag}`, `file://${written(value)}`];
  if (value instanceof Date) return [`--${flag}`, value.toISOString()];
  return [`--${flag}`, typeof value === 'string' ? value : JSON.stringify(value)];
};

/** @returns path of a file with this in it */
const written = (content: string | Buffer): string => {
  const path = join(workingDirectory(), `value-${++files}`);
  writeFileSync(path, content);
  return path;
};

/** Words apart, abbreviations whole: `RotationLambdaARN` is `rotation-lambda-arn`. */
const kebab = (name: string): string =>
  name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();

const blobs = new Set(['CiphertextBlob', 'ImportToken', 'Mac', 'Plaintext', 'PublicKey', 'SecretBinary', 'Signature']);

/** Blobs are base64 and times are numbers or ISO 8601, by the version of the CLI. */
const readOutput = (output: Output): Output =>
  Object.fromEntries(
    Object.entries(output).map(([name, value]): [string, unknown] => {
      if (blobs.has(name)) return [name, Buffer.from(value, 'base64')];
      if (name.endsWith('Date')) return [name, new Date(typeof value === 'number' ? value * 1000 : value)];
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [name, readOutput(value)];
      return [name, value];
    }),
  );
