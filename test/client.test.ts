import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import { type Ended, run } from './bulwark.ts';

/** How commands that are clients find a server and credentials: as the AWS CLI does, shown by `bulwark run`. */
const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const home = mkdtempSync(join(tmpdir(), 'bulwark-client-'));
after(() => rmSync(home, { recursive: true, force: true }));

const roleArn = 'arn:aws:iam::111122223333:role/reader';
const server = await testServer({
  'metadata-port': '0',
  'metadata-role': roleArn,
  'metadata-token-file': join(home, 'token'),
});
const metadata = `http://127.0.0.1:${server.running.metadataPort}`;

const keys = {
  AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
};
const place = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' };
/** No test asks a real metadata service. */
const quiet = { AWS_EC2_METADATA_DISABLED: 'true' };

const ask = (env: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Ended> =>
  run(process.execPath, [main, 'run', '--path', '/app', ...flags, '--', 'sh', '-c', 'echo "$NAME"'], {
    env: { ...quiet, ...env },
    cwd: home,
  });

/** Who has read a parameter last. */
const reader = async (): Promise<string> => {
  const records = await server.journal('GetParametersByPath');
  return (records.at(-1) as { userIdentity?: { arn?: string } } | undefined)?.userIdentity?.arn ?? '';
};

const asReader = /^arn:aws:sts::111122223333:assumed-role\/reader\//;
const asRoot = /:root$/;

before(async () => {
  const ssm = server.client(SSMClient);
  await ssm.send(new PutParameterCommand({ Name: '/app/name', Value: 'value', Type: 'String' }));
  const iam = server.client(IAMClient);
  const statements = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const trust = {
    Effect: 'Allow',
    Principal: {
      AWS: 'arn:aws:iam::111122223333:root',
      Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'],
    },
    Action: 'sts:AssumeRole',
  };
  await iam.send(new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: statements(trust) }));
  const allowed = { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: '*' };
  const policy = { RoleName: 'reader', PolicyName: 'p', PolicyDocument: statements(allowed) };
  await iam.send(new PutRolePolicyCommand(policy));
  const alice = await server.user('alice', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn });
  const process_ = JSON.stringify({
    Version: 1,
    AccessKeyId: keys.AWS_ACCESS_KEY_ID,
    SecretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
  });
  writeFileSync(join(home, 'printed'), process_);
  mkdirSync(join(home, '.aws'));
  writeFileSync(
    join(home, '.aws', 'credentials'),
    `[root]
aws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}
aws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}
[alice]
aws_access_key_id = ${alice.accessKeyId}
aws_secret_access_key = ${alice.secretAccessKey}
`,
  );
  writeFileSync(
    join(home, '.aws', 'config'),
    `[profile root]
region = us-east-1
endpoint_url = ${server.url}
[profile alice]
region = us-east-1
[profile reader]
region = us-east-1
services = here
role_arn = ${roleArn}
source_profile = alice
[services here]
ssm =
  endpoint_url = ${server.url}
sts =
  endpoint_url = ${server.url}
[profile process]
credential_process = cat ${join(home, 'printed')}
[profile failing]
credential_process = echo secret-words; exit 3
[profile loop]
role_arn = ${roleArn}
source_profile = loop2
[profile loop2]
role_arn = ${roleArn}
source_profile = loop
[profile mfa]
role_arn = ${roleArn}
source_profile = alice
mfa_serial = arn:aws:iam::111122223333:mfa/alice
`,
  );
});

describe('the clients of the command line', () => {
  const sources: readonly (readonly [
    what: string,
    env: () => Record<string, string>,
    who: RegExp,
    flags?: string[],
  ])[] = [
    ['keys of the environment', () => ({ ...keys, ...place }), asRoot],
    [
      'the region of AWS_DEFAULT_REGION',
      () => ({ ...keys, AWS_ENDPOINT_URL: server.url, AWS_DEFAULT_REGION: 'us-east-1' }),
      asRoot,
    ],
    ['keys, region and endpoint of a profile', () => ({ AWS_PROFILE: 'root' }), asRoot],
    [
      'a profile that a flag names, over keys of the environment',
      () => ({ ...keys, ...place }),
      asReader,
      ['--profile', 'reader'],
    ],
    ['the role of a profile, and endpoints of its services', () => ({ AWS_PROFILE: 'reader' }), asReader],
    ['credential_process', () => ({ AWS_PROFILE: 'process', ...place }), asRoot],
    [
      'the endpoint of containers',
      () => ({
        ...place,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${metadata}/v2/credentials/role`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(home, 'token'),
      }),
      asReader,
    ],
    [
      'the metadata of instances',
      () => ({ ...place, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata, AWS_EC2_METADATA_DISABLED: 'false' }),
      asReader,
    ],
    [
      'the endpoint of one service before the one of all',
      () => ({ ...keys, ...place, AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_SSM: server.url }),
      asRoot,
    ],
    ['an endpoint that a flag names', () => ({ ...keys, AWS_REGION: 'us-east-1' }), asRoot, ['--endpoint', server.url]],
  ];
  for (const [what, env, who, flags = []] of sources) {
    it(`take ${what}`, async () => {
      const { exitCode, stdout, stderr } = await ask(env(), ...flags);
      assert.deepEqual([exitCode, stdout, stderr], [0, 'value\n', '']);
      assert.match(await reader(), who);
    });
  }

  const mistakes: readonly (readonly [what: string, env: Record<string, string>, message: RegExp])[] = [
    ['there are no credentials', place, /^bulwark: no credentials are configured: set AWS_ACCESS_KEY_ID/],
    ['there is no Region', keys, /^bulwark: no Region is configured: set AWS_REGION, or give --region$/m],
    ['a key has no secret', { ...place, AWS_ACCESS_KEY_ID: 'AKIA' }, /AWS_SECRET_ACCESS_KEY is not/],
    ['a profile does not exist', { ...place, AWS_PROFILE: 'nope' }, /the profile "nope" does not exist/],
    ['a profile is a source of itself', { ...place, AWS_PROFILE: 'loop' }, /is a source of itself/],
    ['a profile asks for MFA', { ...place, AWS_PROFILE: 'mfa' }, /"mfa" asks for MFA: use credential_process/],
    ['credential_process fails', { ...place, AWS_PROFILE: 'failing' }, /^bulwark: credential_process ended with 3$/m],
    [
      'the key is wrong',
      { ...place, AWS_ACCESS_KEY_ID: 'AKIANOSUCHKEYATALL00', AWS_SECRET_ACCESS_KEY: 'x' },
      /^bulwark: GetParametersByPath: UnrecognizedClientException: The security token included in the request is invalid/,
    ],
  ];
  for (const [what, env, message] of mistakes) {
    it(`say in one sentence that ${what}`, async () => {
      const { exitCode, stdout, stderr } = await ask(env);
      assert.deepEqual([exitCode, stdout, stderr.split('\n').length], [2, '', 2]);
      assert.match(stderr, message);
    });
  }

  it('trust the certificates that AWS_CA_BUNDLE names, and no others', async () => {
    const secure = await testServer({ persistent: true, tls: true });
    const env = { ...keys, ...place, AWS_ENDPOINT_URL: secure.url.replace('127.0.0.1', 'localhost') };
    assert.match((await ask(env)).stderr, /cannot be reached: .*certificate/);
    const ca = join(secure.directory, 'tls', 'ca.pem');
    assert.match(readFileSync(ca, 'utf8'), /BEGIN CERTIFICATE/);
    assert.match((await ask({ ...env, AWS_CA_BUNDLE: ca })).stderr, /there are no parameters below \/app/);
  });
});
