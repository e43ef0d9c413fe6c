import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import type { Credentials } from '../src/testing/sign.ts';
import { type Ended, run } from './bulwark.ts';

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
const directory = mkdtempSync(join(tmpdir(), 'bulwark-run-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const server = await testServer();

const environmentOf = ({ accessKeyId, secretAccessKey }: Credentials = rootCredentials): Record<string, string> => ({
  AWS_ENDPOINT_URL: server.url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

const bulwarkRun = (args: readonly string[], env = environmentOf()): Promise<Ended> =>
  run(process.execPath, [main, 'run', ...args], { env, cwd: directory });

/** The variables that a program sees. */
const variables = async (...args: readonly string[]): Promise<Readonly<Record<string, string>>> => {
  const program = 'process.stdout.write(JSON.stringify(process.env))';
  const { stdout, stderr } = await bulwarkRun([...args, '--', process.execPath, '-e', program]);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
};

before(async () => {
  const ssm = server.client(SSMClient);
  const parameters = [
    ['/my-app/prod/db/pass-word', 'it is $ecret\nin two lines', 'SecureString'],
    ['/my-app/prod/db/url', 'postgres://db/app', 'String'],
    ['/my-app/prod/9lives', 'yes', 'String'],
    ['/my-app/prod/hosts', 'a,b', 'StringList'],
    ['/common/db/url', 'postgres://common', 'String'],
    ['/common/LEVEL', 'info', 'String'],
    ['/twice/a-b', '1', 'String'],
    ['/twice/a_b', '2', 'String'],
  ] as const;
  for (const [Name, Value, Type] of parameters) await ssm.send(new PutParameterCommand({ Name, Value, Type }));
  const secrets = server.client(SecretsManagerClient);
  const database = { user: 'app', 'pass.word': "o'brien", port: 5432, options: { ssl: true }, none: null };
  await secrets.send(new CreateSecretCommand({ Name: 'prod/db', SecretString: JSON.stringify(database) }));
  await secrets.send(new CreateSecretCommand({ Name: 'prod/api-key', SecretString: 'plain text' }));
  await secrets.send(new CreateSecretCommand({ Name: 'prod/binary', SecretBinary: Buffer.from([1, 2, 3]) }));
});

describe('bulwark run', () => {
  it('gives a program the parameters below a path, decrypted, under their variable names', async () => {
    const seen = await variables('--path', '/my-app/prod/');
    assert.deepEqual(
      [seen.DB_PASS_WORD, seen.DB_URL, seen._9LIVES, seen.HOSTS],
      ['it is $ecret\nin two lines', 'postgres://db/app', 'yes', 'a,b'],
    );
    assert.equal(seen.AWS_REGION, 'us-east-1');
  });

  it('takes only what lies right below the path with --one-level', async () => {
    const seen = await variables('--path', '/my-app/prod', '--one-level');
    assert.deepEqual([seen.HOSTS, seen.DB_URL], ['a,b', undefined]);
  });

  it('lets later paths win over earlier ones, and secrets over paths', async () => {
    assert.equal((await variables('--path', '/my-app/prod', '--path', '/common')).DB_URL, 'postgres://common');
    const seen = await variables('--secret', 'DB_URL=prod/api-key', '--path', '/common', '--path', '/my-app/prod');
    assert.deepEqual([seen.DB_URL, seen.LEVEL], ['plain text', 'info']);
  });

  it('makes a variable of each member of a secret that is a JSON object', async () => {
    const seen = await variables('--secret', 'prod/db');
    assert.deepEqual(
      [seen.USER, seen.PASS_WORD, seen.PORT, seen.OPTIONS, seen.NONE],
      ['app', "o'brien", '5432', '{"ssl":true}', undefined],
    );
  });

  it('names a secret that is a text after the last part of its name, or as it is told', async () => {
    assert.equal((await variables('--secret', 'prod/api-key')).API_KEY, 'plain text');
    const whole = await variables('--secret', 'DB=prod/db');
    assert.equal(JSON.parse(whole.DB!).user, 'app');
  });

  it('puts the prefix before every name', async () => {
    const seen = await variables('--path', '/common', '--prefix', 'App_');
    assert.deepEqual([seen.App_LEVEL, seen.LEVEL], ['info', undefined]);
  });

  it('gives nothing else with --pristine', async () => {
    const { stdout } = await bulwarkRun(['--path', '/common', '--pristine', '/usr/bin/env']);
    assert.deepEqual(stdout.trim().split('\n').sort(), ['DB_URL=postgres://common', 'LEVEL=info']);
  });

  it('passes arguments on as they are, flags and line feeds too', async () => {
    const { stdout } = await bulwarkRun(['--path', '/common', 'printf', '<%s>', '--path', 'a\nb', '']);
    assert.equal(stdout, '<--path><a\nb><>');
  });

  it('puts no value where the list of processes shows it', async () => {
    const { stdout } = await bulwarkRun(['--path', '/common', '--', 'sh', '-c', 'tr "\\0" " " < /proc/$$/cmdline']);
    assert.match(stdout, /^sh -c/);
    assert.doesNotMatch(stdout, /postgres/);
  });
});

describe('what bulwark run becomes', () => {
  it('ends with the exit status of the program', async () => {
    assert.equal((await bulwarkRun(['--path', '/common', '--', 'sh', '-c', 'exit 42'])).exitCode, 42);
  });

  it('ends with 127 where there is no such program, with 126 where it cannot be run', async () => {
    assert.equal((await bulwarkRun(['--path', '/common', '--', 'no-such-program'])).exitCode, 127);
    writeFileSync(join(directory, 'text'), 'text', { mode: 0o600 });
    assert.equal((await bulwarkRun(['--path', '/common', '--', './text'])).exitCode, 126);
  });

  it('runs scripts without a first line that names their interpreter', async () => {
    writeFileSync(join(directory, 'script'), 'echo "$LEVEL"\n', { mode: 0o700 });
    assert.equal((await bulwarkRun(['--path', '/common', '--', './script'])).stdout, 'info\n');
  });

  const started = async (script: string) => {
    const args = [main, 'run', '--path', '/common', '--', 'sh', '-c', script];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, ...environmentOf() },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    after(() => child.kill('SIGKILL'));
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const said = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
    await Promise.race([said, ended]);
    assert.equal(child.exitCode ?? child.signalCode, null, 'it ended before it began');
    return { child, ended, said: await said };
  };

  it('is the program itself: the same process, which gets every signal', async () => {
    const { child, ended, said } = await started('trap "exit 43" TERM; echo $$; while :; do sleep 0.05; done');
    assert.equal(Number(said), child.pid);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [43, null]);
  });

  it('dies of the signal that the program dies of', async () => {
    const { child, ended } = await started('echo $$; exec sleep 600');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [null, 'SIGINT']);
  });

  it('leaves no signal ignored that the program did not', async () => {
    const { stdout } = await bulwarkRun(['--path', '/common', 'grep', '^SigIgn', '/proc/self/status']);
    // SIGPIPE is the 13th and SIGXFSZ the 25th.
    const ignored = BigInt(`0x${stdout.trim().split(/\s+/)[1]}`);
    assert.equal(ignored & ((1n << 12n) | (1n << 24n)), 0n);
  });
});

describe('what bulwark run refuses', () => {
  const refused = async (args: readonly string[], message: RegExp, env = environmentOf()): Promise<void> => {
    const { exitCode, stdout, stderr } = await bulwarkRun([...args, '--', 'echo', 'it ran'], env);
    assert.equal(exitCode, 2);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  };

  it('a path without parameters, which is likely a mistake', () =>
    refused(['--path', '/my-app/prodd'], /there are no parameters below \/my-app\/prodd/));

  it('two names that become one variable', () =>
    refused(['--path', '/twice'], /\/twice: "a-b" and "a_b" both become A_B/));

  it('a binary secret', () => refused(['--secret', 'prod/binary'], /prod\/binary is binary/));

  it('a secret that does not exist, in the words of the service', () =>
    refused(['--secret', 'nope'], /^bulwark: GetSecretValue: ResourceNotFoundException: Secrets Manager can't find/));

  it('neither a path nor a secret', () => refused([], /give --path, --secret or both/));

  it('values that an environment cannot hold', async () => {
    const secrets = server.client(SecretsManagerClient);
    const ids = Array.from({ length: 17 }, (_, n) => `large/${n}`);
    const SecretString = 'x'.repeat(65_000);
    await Promise.all(ids.map((Name) => secrets.send(new CreateSecretCommand({ Name, SecretString }))));
    await refused(
      ids.flatMap((id) => ['--secret', id]),
      /more than an environment can hold/,
    );
  });

  it('a caller who may read the parameters and not decrypt them', async () => {
    const resource = 'arn:aws:ssm:us-east-1:111122223333:parameter/my-app/prod';
    const statement = { Effect: 'Allow', Action: 'ssm:GetParametersByPath', Resource: [resource, `${resource}/*`] };
    const reader = await server.user('reader', statement);
    // The managed key lets everybody in the account decrypt through Parameter Store.
    const denied = { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' };
    const blind = await server.user('blind', statement, denied);
    assert.equal((await bulwarkRun(['--path', '/my-app/prod', 'true'], environmentOf(reader))).exitCode, 0);
    await refused(['--path', '/my-app/prod'], /AccessDenied.*kms:Decrypt/s, environmentOf(blind));
  });

  it('a server that nobody can be sure of', async () => {
    const env = { ...environmentOf(), AWS_ENDPOINT_URL: 'http://bulwark.example.com:4566' };
    await refused(['--path', '/common'], /over https:\/\/ only/, env);
    const nobody = { ...environmentOf(), AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    await refused(['--path', '/common'], /http:\/\/127\.0\.0\.1:1 cannot be reached/, nobody);
  });
});
