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
/** Users with an MFA device; codes are good once, so each client has a user of its own. */
const guardedUsers: Readonly<Record<string, string>> = {
  'the aws CLI': 'alice',
  boto3: 'bob',
  'the JavaScript SDK': 'carol',
};
const keyOf = (name: string) => ({
  accessKeyId: `AKIASEEDED${name.toUpperCase()}SKEY1`.slice(0, 20),
  secretAccessKey: `seeded-secret-access-key-of-${name}-000001`,
});
const aliceKey = keyOf('alice');

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const trusting = (Principal: object, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
});
const alice = { AWS: `arn:aws:iam::${account}:user/alice` };
const guarded = { AWS: Object.values(guardedUsers).map((name) => `arn:aws:iam::${account}:user/${name}`) };
const ofInstance = {
  StringEquals: { 'ec2:RoleDelivery': '2.0' },
  ArnLike: { 'ec2:SourceInstanceArn': `arn:aws:ec2:${region}:${account}:instance/i-*` },
};
const mfaPresent = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } };
const seed = {
  users: Object.values(guardedUsers).map((name) => ({
    name,
    accessKeys: [{ id: keyOf(name).accessKeyId, secret: keyOf(name).secretAccessKey }],
    policies: { p: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) },
  })),
  roles: [
    {
      name: 'worker',
      trustPolicy: document(trusting(alice), trusting({ Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'] })),
      policies: { p: document({ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition: ofInstance }) },
    },
    { name: 'guarded', trustPolicy: document(trusting(guarded, mfaPresent)) },
  ],
};

let server: SpawnedServer;
let metadata: string;
/** Seeds of the users' devices, by user. */
const mfaSecrets = new Map<string, string>();
const mfaSerialOf = (user: string): string => `arn:aws:iam::${account}:mfa/${user}`;

/** What a user's device shows. @param steps half-minutes from now */
const code = (user: string, steps = 0): string =>
  totp(createSecretKey(fromBase32(mfaSecrets.get(user)!)), stepOf(new Date()) + steps);

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
  for (const UserName of Object.values(guardedUsers)) {
    const { VirtualMFADevice } = await sdk.call('CreateVirtualMFADevice', { VirtualMFADeviceName: UserName }, target);
    mfaSecrets.set(UserName, Buffer.from(VirtualMFADevice.Base32StringSeed).toString());
    const codes = { AuthenticationCode1: code(UserName, -2), AuthenticationCode2: code(UserName, -1) };
    await sdk.call('EnableMFADevice', { UserName, SerialNumber: VirtualMFADevice.SerialNumber, ...codes }, target);
  }
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
${Object.values(guardedUsers).map(guardedProfile).join('')}[profile process]
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

/** A profile whose role asks for a code, with the profile that its key is in. */
const guardedProfile = (user: string): string => `[profile key-of-${user}]
aws_access_key_id = ${keyOf(user).accessKeyId}
aws_secret_access_key = ${keyOf(user).secretAccessKey}
[profile guarded-${user}]
role_arn = arn:aws:iam::${account}:role/guarded
source_profile = key-of-${user}
role_session_name = s1
mfa_serial = ${mfaSerialOf(user)}
`;

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

/** Programs that read the code from standard input: the first two do so by themselves where there is no terminal. */
const asking: Readonly<Record<string, (profile: string) => readonly string[]>> = {
  'the aws CLI': (profile) => ['aws', 'sts', 'get-caller-identity', '--profile', profile, '--output', 'text'],
  boto3: (profile) => [
    'python3',
    '-W',
    'ignore',
    '-c',
    boto3.replace('boto3.client', `boto3.Session(profile_name="${profile}").client`),
  ],
  'the JavaScript SDK': (profile) => [
    process.execPath,
    '--input-type=module',
    '-e',
    `import { readFileSync } from 'node:fs';
     import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
     import { defaultProvider } from '@aws-sdk/credential-provider-node';
     const credentials = defaultProvider({ profile: '${profile}', mfaCodeProvider: async () => readFileSync(0, 'utf8').trim() });
     console.log((await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}))).Arn);`,
  ],
};

for (const [client, commandFor] of Object.entries(asking)) {
  it(`${client} asks for a code where a profile has mfa_serial`, { skip: clients[client]!.skip }, async () => {
    const user = guardedUsers[client]!;
    const ask = (digits: string) =>
      run('bash', ['-c', `echo ${digits} | setsid "$@"`, 'bash', ...commandFor(`guarded-${user}`)], {
        env: environment(),
        cwd: join(import.meta.dirname, '..', '..'),
      });
    const wrong = await ask('000000');
    assert.match(wrong.stderr, /MultiFactorAuthentication failed with invalid MFA one time pass code/);
    const right = await ask(code(user));
    assert.match(right.stdout, /assumed-role\/guarded\/s1/, right.stderr);
  });
}

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

  it('gives sessions that say which instance they are of', async () => {
    const sent = await (await token()).text();
    const listKeys = async (given: Record<string, string>) => {
      const keys = {
        accessKeyId: given.AccessKeyId!,
        secretAccessKey: given.SecretAccessKey!,
        sessionToken: given.Token!,
      };
      return sdk.call('ListKeys', {}, { url: server.url, region, credentials: keys });
    };
    await listKeys((await (await get(`${credentials}worker`, sent)).json()) as Record<string, string>);
    const authorization = readFileSync(at('token'), 'utf8');
    const answer = await fetch(`${metadata}/v2/credentials/role`, { headers: { authorization } });
    await assert.rejects(listKeys((await answer.json()) as Record<string, string>), { code: 'AccessDeniedException' });
  });

  it('gives containers nothing without the authorization token', async () => {
    const ask = (authorization: string) => fetch(`${metadata}/v2/credentials/role`, { headers: { authorization } });
    assert.equal((await ask('')).status, 401);
    assert.equal((await ask('x'.repeat(43))).status, 401);
    assert.equal((await ask(readFileSync(at('token'), 'utf8'))).status, 200);
  });
});
