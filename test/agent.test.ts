import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DeleteUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LabelParameterVersionCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import type { Credentials } from '../src/testing/sign.ts';
import { run } from './bulwark.ts';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const directory = mkdtempSync(join(tmpdir(), 'bulwark-agent-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const server = await testServer();
const secrets = server.client(SecretsManagerClient);
const ssm = server.client(SSMClient);

const environmentOf = ({ accessKeyId, secretAccessKey }: Credentials): Record<string, string> => ({
  AWS_ENDPOINT_URL: server.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** An agent in a process of its own, ended with the test file; resolves to its URL. */
const agent = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  credentials = rootCredentials,
): Promise<{ readonly url: string; readonly log: () => string; stop(): Promise<unknown> }> => {
  const child = spawn(process.execPath, [main, 'agent', '--port', '0', ...args], {
    env: { PATH: process.env.PATH, ...environmentOf(credentials), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = (): Promise<unknown> => {
    child.kill('SIGTERM');
    return ended;
  };
  after(stop);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the agent ended: ${log}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      const found = /^http:\S+$/m.exec(chunk.toString());
      if (found) resolve(found[0]);
    });
  });
  return { url, log: () => log, stop };
};

const token = 'a-token-of-this-machine';
const header = { 'X-Aws-Parameters-Secrets-Token': token };

/** Status and text of an answer. */
const get = async (
  url: string,
  headers: Record<string, string> = header,
  method = 'GET',
): Promise<[number, string]> => {
  const answer = await fetch(url, { headers, method });
  return [answer.status, await answer.text()];
};

const secretString = async (url: string): Promise<string> => JSON.parse((await get(url))[1]).SecretString;

before(async () => {
  await secrets.send(new CreateSecretCommand({ Name: 'my-app/db', SecretString: 'first' }));
  await secrets.send(new CreateSecretCommand({ Name: 'binary', SecretBinary: Buffer.from([1, 2, 3]) }));
  await ssm.send(new PutParameterCommand({ Name: '/my-app/url', Value: 'one', Type: 'String' }));
  await ssm.send(new PutParameterCommand({ Name: '/my-app/url', Value: 'two', Overwrite: true }));
  await ssm.send(new LabelParameterVersionCommand({ Name: '/my-app/url', ParameterVersion: 1, Labels: ['release'] }));
  await ssm.send(new PutParameterCommand({ Name: '/my-app/key', Value: 'hidden', Type: 'SecureString' }));
});

describe('bulwark agent as the AWS Secrets Manager Agent', async () => {
  const { url, log } = await agent([], { AWS_TOKEN: token });
  const secret = `${url}/secretsmanager/get?secretId=my-app%2Fdb`;

  it('answers with the members of GetSecretValue, the date as a text of seconds', async () => {
    const [status, text] = await get(secret);
    const { ARN, Name, VersionId, SecretString, VersionStages, CreatedDate, ...others } = JSON.parse(text);
    assert.deepEqual(
      [status, Name, SecretString, VersionStages, others],
      [200, 'my-app/db', 'first', ['AWSCURRENT'], {}],
    );
    assert.match(ARN, /^arn:aws:secretsmanager:us-east-1:111122223333:secret:my-app\/db-\w{6}$/);
    assert.match(VersionId, /^[\w-]{36}$/);
    assert.match(CreatedDate, /^\d{10}(\.\d+)?$/);
    const { SecretBinary } = JSON.parse((await get(`${url}/secretsmanager/get?secretId=binary`))[1]);
    assert.equal(SecretBinary, 'AQID');
  });

  it('answers from its cache until refreshNow asks anew, by name and by path', async () => {
    assert.equal(await secretString(secret), 'first');
    await secrets.send(new PutSecretValueCommand({ SecretId: 'my-app/db', SecretString: 'second' }));
    const asked = (await server.journal('GetSecretValue')).length;
    assert.equal(await secretString(secret), 'first');
    assert.equal((await server.journal('GetSecretValue')).length, asked);
    assert.equal(await secretString(`${secret}&refreshNow=true`), 'second');
    assert.equal(await secretString(secret), 'second');
    assert.equal(await secretString(`${url}/v1/my-app/db`), 'second');
    assert.equal(await secretString(`${url}/v1/my-app%2Fdb?versionStage=AWSPREVIOUS`), 'first');
  });

  it('is named in the audit journal', async () => {
    const [record] = await server.journal('GetSecretValue');
    assert.equal(record!.userAgent, 'bulwark-agent');
  });

  it('takes the token in the other header, too', async () =>
    assert.equal((await get(secret, { 'X-Vault-Token': token }))[0], 200));

  it('is healthy, to whoever asks', async () => assert.deepEqual(await get(`${url}/ping`, {}), [200, 'healthy']));

  const rows: readonly (readonly [
    what: string,
    path: string,
    status: number,
    body: string,
    headers?: object,
    method?: string,
  ])[] = [
    [
      'a wrong token',
      '/secretsmanager/get?secretId=my-app/db',
      403,
      'Bad Token',
      { 'X-Aws-Parameters-Secrets-Token': 'x' },
    ],
    ['no token', '/secretsmanager/get?secretId=my-app/db', 403, 'Bad Token', {}],
    ['no token, whatever the path', '/nope', 403, 'Bad Token', {}],
    [
      'a request that was forwarded',
      '/secretsmanager/get?secretId=my-app/db',
      400,
      'Forwarded',
      { ...header, 'X-Forwarded-For': '10.0.0.1' },
    ],
    ['another method', '/secretsmanager/get?secretId=my-app/db', 405, 'Not allowed', header, 'POST'],
    ['another path', '/nope', 404, 'Not found'],
    ['no secret', '/secretsmanager/get?versionId=1', 400, 'missing parameter secretId'],
    ['no secret in the path', '/v1/?versionId=1', 400, 'missing secret ID'],
    ['an unknown parameter', '/secretsmanager/get?secretId=a&abc=123', 400, 'unknown parameter: abc'],
    ['a refreshNow that is neither', '/secretsmanager/get?secretId=a&refreshNow=123', 400, 'invalid refreshNow value'],
    [
      'a secret that does not exist, in the words of the service',
      '/secretsmanager/get?secretId=nope',
      400,
      '{"__type":"ResourceNotFoundException","message":"Secrets Manager can\'t find the specified secret."}',
    ],
  ];
  for (const [what, path, status, body, headers = header, method = 'GET'] of rows) {
    it(`refuses ${what}`, async () =>
      assert.deepEqual(await get(`${url}${path}`, headers as Record<string, string>, method), [status, body]));
  }

  it('logs what it refuses, and no value', () => {
    assert.match(log(), /"path":"\/secretsmanager\/get","status":403,"error":"Bad Token"/);
    assert.doesNotMatch(log(), /first|second/);
  });

  it('listens on loopback only, as localhost', async () => {
    assert.match(url, /^http:\/\/localhost:/);
    const { port } = new URL(url);
    const outgoing = request({ host: '127.0.0.1', port, path: '/ping' }).end();
    const [answer] = await once(outgoing, 'response');
    assert.equal(answer.statusCode, 200);
    answer.resume();
  });
});

describe('bulwark agent as the AWS Parameters and Secrets Lambda Extension', async () => {
  const { url } = await agent([], { AWS_SESSION_TOKEN: '', AWS_TOKEN: token });
  const parameters = `${url}/systemsmanager/parameters/get`;
  const parameter = async (query: string, path = parameters) =>
    JSON.parse((await get(`${path}?${query}`))[1]).Parameter;

  it('answers with every member of GetParameter', async () => {
    const { Parameter, ...others } = JSON.parse((await get(`${parameters}?name=%2Fmy-app%2Furl`))[1]);
    const { LastModifiedDate, ...members } = Parameter;
    assert.match(LastModifiedDate, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(others, { ResultMetadata: {} });
    assert.deepEqual(members, {
      ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/my-app/url',
      DataType: 'text',
      Name: '/my-app/url',
      Selector: null,
      SourceResult: null,
      Type: 'String',
      Value: 'two',
      Version: 2,
    });
  });

  it('decrypts where it is asked to, and keeps both answers apart', async () => {
    assert.equal((await parameter('name=%2Fmy-app%2Fkey&withDecryption=true')).Value, 'hidden');
    assert.notEqual((await parameter('name=%2Fmy-app%2Fkey')).Value, 'hidden');
  });

  it('takes a version or a label, the first of both, and a slash at the end of the path', async () => {
    const old = await parameter('name=%2Fmy-app%2Furl&version=1', `${parameters}/`);
    assert.deepEqual([old.Value, old.Selector], ['one', ':1']);
    assert.equal((await parameter('name=/my-app/url&label=release&version=2')).Value, 'one');
    assert.equal((await parameter('name=/my-app/url&version=2&label=release')).Value, 'two');
  });

  it('says what is wrong in the words of the service', async () => {
    assert.deepEqual(await get(`${parameters}?name=nope`), [
      400,
      '{"__type":"ParameterNotFound","message":"Parameter nope not found."}',
    ]);
    assert.deepEqual(await get(parameters), [400, 'missing parameter name']);
  });
});

describe('how bulwark agent is set up', () => {
  it('makes a token for its owner alone where there is no file', async () => {
    const file = join(directory, 'token');
    const { url } = await agent(['--token-file', file]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const made = { 'X-Aws-Parameters-Secrets-Token': readFileSync(file, 'utf8') };
    assert.equal((await get(`${url}/secretsmanager/get?secretId=my-app/db`, made))[0], 200);
  });

  it('reads the token from a file that AWS_TOKEN names', async () => {
    writeFileSync(join(directory, 'given'), `${token}\n`);
    const { url } = await agent([], { AWS_TOKEN: `file://${join(directory, 'given')}` });
    assert.equal((await get(`${url}/secretsmanager/get?secretId=my-app/db`))[0], 200);
  });

  it('keeps nothing where the extension is told to keep nothing', async () => {
    const { url } = await agent([], { AWS_TOKEN: token, PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED: 'FALSE' });
    const asked = (await server.journal('GetSecretValue')).length;
    for (let n = 0; n < 2; n++) await get(`${url}/secretsmanager/get?secretId=my-app/db`);
    assert.equal((await server.journal('GetSecretValue')).length, asked + 2);
  });

  it('loses a value, at the end of its time, with the permission to read it', async () => {
    const reader = await server.user('reader', {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:my-app/*',
    });
    const { url } = await agent(['--secret-ttl', '0'], { AWS_TOKEN: token }, reader);
    const secret = `${url}/secretsmanager/get?secretId=my-app/db`;
    assert.equal((await get(secret))[0], 200);
    await server.client(IAMClient).send(new DeleteUserPolicyCommand({ UserName: 'reader', PolicyName: 'test' }));
    const [status, text] = await get(secret);
    assert.equal(status, 400);
    assert.match(JSON.parse(text).__type, /AccessDenied/);
    assert.match(JSON.parse(text).message, /is not authorized to perform: secretsmanager:GetSecretValue/);
  });

  it('answers 502 where nobody answers behind it', async () => {
    const { url } = await agent([], { AWS_TOKEN: token, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' });
    const expected = [502, '{"__type":"ConnectionError","message":"Read Error"}'];
    assert.deepEqual(await get(`${url}/secretsmanager/get?secretId=my-app/db`), expected);
  });

  it('ends on SIGTERM', async () => {
    const { stop } = await agent([], { AWS_TOKEN: token });
    assert.deepEqual(await stop(), [0, null]);
  });

  for (const [args, message] of [
    [[], /give --token-file, or set AWS_TOKEN or AWS_SESSION_TOKEN/],
    [['--token-file', 'x', '--secret-ttl', '3601'], /secret-ttl: "3601" is not a whole number from 0 to 3600/],
    [['--token-file', 'x', '--cache-size', 'many'], /cache-size: "many" is not a whole number from 0 to 1000/],
  ] as const) {
    it(`does not start with ${args.join(' ') || 'nothing'}`, async () => {
      const env = environmentOf(rootCredentials);
      const { exitCode, stderr } = await run(process.execPath, [main, 'agent', ...args], { env, cwd: directory });
      assert.equal(exitCode, 2);
      assert.match(stderr, message);
    });
  }
});
