import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installed } from '../../bench/processes.ts';
import { stepOf, totp } from '../../src/services/iam/totp.ts';
import { run } from '../bulwark.ts';
import { account, region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { sdk } from './drivers/sdk.ts';

/** How programs find credentials by themselves: every link of the SDKs' default chain, in every client. */
const directory = mkdtempSync(join(tmpdir(), 'bulwark-chain-'));
const at = (name: string): string => join(directory, name);
const roleArn = `arn:aws:iam::${account}:role/worker`;
const aliceKey = { accessKeyId: 'AKIASEEDEDALICESKEY1', secretAccessKey: 'seeded-secret-access-key-of-alice-000001' };

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const trusting = (Principal: object, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const alice = { AWS: `arn:aws:iam::${account}:user/alice` };
const mfaPresent = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
const seed = {
  users: [
    {
      name: 'alice',
      accessKeys: [{ id: aliceKey.accessKeyId, secret: aliceKey.secretAccessKey }],
      policies: { p: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) },
    },
  ],
  roles: [
    {
      name: 'worker',
      trustPolicy: document(trusting(alice), trusting({ Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] })),
    },
    { name: 'guarded', trustPolicy: document(trusting(alice, mfaPresent)) },
  ],
};

let server: SpawnedServer;
let metadata: string;
let mfaSerial: string;
let mfaSecret: string;

/** What alice's device shows. @param steps half-minutes from now */
const code = (steps = 0): string => totp(createSecretKey(fromBase32(mfaSecret)), stepOf(new Date()) + steps);

/** RFC 4648 §6, without padding. */
const fromBase32 = (text: string): Buffer => {
  const digits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

before(async () => {
  writeFileSync(at('seed.json'), JSON.stringify(seed));
  const port = 20_000 + (process.pid % 20_000);
  metadata = `http://127.0.0.1:${port}`;
  const settings = ['--seed', at('seed.json'), '--metadata-port', `${port}`, '--metadata-role', roleArn];
  server = await SpawnedServer.start({ flags: [...settings, '--metadata-token-file', at('token')] });
  const target = { url: server.url, region, credentials: rootCredentials };
  const { VirtualMFADevice } = await sdk.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'alice' }, target);
  mfaSerial = VirtualMFADevice.SerialNumber;
  mfaSecret = Buffer.from(VirtualMFADevice.Base32StringSeed).toString();
  await sdk.call(
    'EnableMFADevice',
    { UserName: 'alice', SerialNumber: mfaSerial, AuthenticationCode1: code(-2), AuthenticationCode2: code(-1) },
    target,
  );
  const AccessKey = { AccessKeyId: aliceKey.accessKeyId, SecretAccessKey: aliceKey.secretAccessKey };
  writeFileSync(at('key.json'), JSON.stringify({ AccessKey }));
  const main = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
  const process_ = `${process.execPath} ${main} credentials --port ${server.port} --key-file ${at('key.json')}`;
  writeFileSync(
    at('config'),
    `[profile base]
aws_access_key_id = ${aliceKey.accessKeyId}
aws_secret_access_key = ${aliceKey.secretAccessKey}
[profile chained]
role_arn = ${roleArn}
source_profile = base
role_session_name = s1
[profile guarded]
role_arn = arn:aws:iam::${account}:role/guarded
source_profile = base
role_session_name = s1
mfa_serial = ${mfaSerial}
[profile process]
credential_process = ${process_} --role ${roleArn} --session-name s1
[profile session]
credential_process = ${process_}
`,
  );
});

after(async () => {
  sdk.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const workerArn = new RegExp(`^arn:aws:sts::${account}:assumed-role/worker/`);

/** Each chain: what the environment holds, and who the caller is then. */
const chains: Readonly<Record<string, { env: () => Record<string, string>; arn: RegExp }>> = {
  'the environment': {
    env: () => ({ AWS_ACCESS_KEY_ID: aliceKey.accessKeyId, AWS_SECRET_ACCESS_KEY: aliceKey.secretAccessKey }),
    arn: /:user\/alice$/,
  },
  'a profile with role_arn and source_profile': { env: () => ({ AWS_PROFILE: 'chained' }), arn: workerArn },
  'credential_process by "bulwark credentials"': { env: () => ({ AWS_PROFILE: 'process' }), arn: workerArn },
  'credential_process without a role': { env: () => ({ AWS_PROFILE: 'session' }), arn: /:user\/alice$/ },
  'the container endpoint': {
    env: () => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${metadata}/v2/credentials/role`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: readFileSync(at('token'), 'utf8'),
    }),
    arn: workerArn,
  },
  'EC2 instance metadata': {
    env: () => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata, AWS_EC2_METADATA_DISABLED: 'false' }),
    arn: workerArn,
  },
};

const boto3 = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';
const javascript = `
  import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
  console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);`;

const clients: Readonly<Record<string, { command: readonly string[]; skip: string | false }>> = {
  'the aws CLI': {
    command: ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
    skip: installed('aws') ? false : 'the aws CLI is not installed',
  },
  boto3: { command: ['python3', '-c', boto3], skip: installed('aws') ? false : 'Python is not installed' },
  'the JavaScript SDK': { command: [process.execPath, '--input-type=module', '-e', javascript], skip: false },
};

const environment = (): Record<string, string> => ({
  AWS_ENDPOINT_URL: server.url,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_CONFIG_FILE: at('config'),
  AWS_SHARED_CREDENTIALS_FILE: at('none'),
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_PAGER: '',
  HOME: directory,
});

for (const [client, { command, skip }] of Object.entries(clients)) {
  describe(`${client} finds credentials`, { skip }, () => {
    for (const [chain, { env, arn }] of Object.entries(chains)) {
      it(`through ${chain}`, async () => {
        const options = { env: { ...environment(), ...env() }, cwd: join(import.meta.dirname, '..', '..') };
        const { exitCode, stdout, stderr } = await run(command[0]!, command.slice(1), options);
        assert.equal(exitCode, 0, stderr);
        assert.match(stdout.trim(), arn);
      });
    }
  });
}

it('the aws CLI asks for a code where a profile has mfa_serial', { skip: clients['the aws CLI']!.skip }, async () => {
  const ask = (digits: string) =>
    run('bash', ['-c', `echo ${digits} | setsid aws sts get-caller-identity --profile guarded --output text`], {
      env: environment(),
      cwd: directory,
    });
  const wrong = await ask('000000');
  assert.match(wrong.stderr, /AccessDenied.*MultiFactorAuthentication failed with invalid MFA one time pass code/);
  const right = await ask(code());
  assert.match(right.stdout, /assumed-role\/guarded\/s1/, right.stderr);
});

describe('the metadata listener', () => {
  const credentials = '/latest/meta-data/iam/security-credentials/';
  const token = async (headers: Record<string, string> = {}, ttl = '60') =>
    fetch(`${metadata}/latest/api/token`, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': ttl, ...headers },
    });
  const get = async (path: string, sent: string) =>
    fetch(metadata + path, { headers: { 'x-aws-ec2-metadata-token': sent } });

  it('gives nothing without a token of its own that has not expired', async () => {
    assert.equal((await fetch(metadata + credentials)).status, 401);
    assert.equal((await get(credentials, 'A'.repeat(64))).status, 401);
    const short = await (await token({}, '1')).text();
    assert.equal((await get(credentials, short)).status, 200);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    assert.equal((await get(credentials, short)).status, 401);
  });

  it('gives no token through a proxy, nor for a time that is not 1 s to 6 h', async () => {
    assert.equal((await token({ 'x-forwarded-for': '10.0.0.1' })).status, 403);
    for (const ttl of ['0', '21601', 'x', '']) assert.equal((await token({}, ttl)).status, 400, ttl);
    assert.equal((await token({}, '21600')).headers.get('x-aws-ec2-metadata-token-ttl-seconds'), '21600');
  });

  it('lists the role and what there is besides', async () => {
    const sent = await (await token()).text();
    assert.equal(await (await get(credentials, sent)).text(), 'worker');
    assert.match(await (await get('/latest/meta-data/', sent)).text(), /^iam\/\ninstance-id\nplacement\/\nservices\/$/);
    assert.equal(await (await get('/latest/meta-data/placement/region', sent)).text(), region);
    assert.equal((await get('/latest/meta-data/nothing', sent)).status, 404);
    const given = (await (await get(`${credentials}worker`, sent)).json()) as Record<string, string>;
    assert.deepEqual([given.Code, given.Type], ['Success', 'AWS-HMAC']);
    assert.deepEqual(await (await get(`${credentials}worker`, sent)).json(), given);
  });

  it('gives containers nothing without the authorization token', async () => {
    const ask = (authorization: string) => fetch(`${metadata}/v2/credentials/role`, { headers: { authorization } });
    assert.equal((await ask('')).status, 401);
    assert.equal((await ask('x'.repeat(43))).status, 401);
    assert.equal((await ask(readFileSync(at('token'), 'utf8'))).status, 200);
  });
});
