import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import manifest from '../package.json' with { type: 'json' };
import { run } from './bulwark.ts';
import { endsWithTest } from './children.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-cli-'));
after(() => rmSync(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(import.meta.dirname, '..', 'src', 'main.ts');

const launch = (
  ...args: string[]
): { child: ChildProcess; ended: Promise<Ended>; printed: (pattern: RegExp) => Promise<RegExpExecArray> } => {
  const child = endsWithTest(spawn(process.execPath, [main, ...args], { env: { PATH: process.env.PATH } }));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(stdout);
        if (match) resolve(match);
      };
      child.stdout.on('data', look);
      ended.then(() => reject(new Error(`ended first: ${stderr}`)));
      look();
    });
  return { child, ended, printed };
};

const bulwark = (...args: string[]): Promise<Ended> => launch(...args).ended;

/** The path of a file with a text. */
const fileOf = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

/** Starts a server and reads from its banner what a user would paste. */
const serve = async (...args: string[]) => {
  const server = launch('start', '--port', '0', ...args);
  const endpoint = (
    await server.printed(
      /AWS_ENDPOINT_URL=(\S+)\n(?:.*\n)+?(?:#.*reset-root|export AWS_SECRET|export AWS_ACCESS_KEY_ID=test)/,
    )
  )[1]!;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    server.child.kill(signal);
    return server.ended;
  };
  return { ...server, endpoint, stop };
};

describe('bulwark', () => {
  it('shows examples in its help', async () => {
    const { code, stdout } = await bulwark('--help');
    assert.equal(code, 0);
    assert.match(stdout, /\$ bulwark start --port 5000 --data \.\/d --mode enforced/);
  });

  it('tells its version, and what it runs on', async () => {
    const { code, stdout } = await bulwark('--version');
    assert.deepEqual([code, stdout], [0, `bulwark ${manifest.version}, Node ${process.versions.node}\n`]);
  });

  it('prints a root access key once, keeps everything over kill -9, and makes a new key on demand', async () => {
    const data = join(directory, 'first');
    const first = await serve('--data', data);
    const [, accessKeyId, secretAccessKey] = await first.printed(
      /AWS_ACCESS_KEY_ID=(AKIA\w{16})\nexport AWS_SECRET_ACCESS_KEY=(\S{40})/,
    );
    const credentials = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! };
    const kms = new KMSClient({ endpoint: first.endpoint, region: 'us-east-1', credentials });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await first.stop('SIGKILL');

    const second = await serve('--data', data);
    const again = new KMSClient({ endpoint: second.endpoint, region: 'us-east-1', credentials });
    const described = await again.send(new DescribeKeyCommand({ KeyId: KeyMetadata!.KeyId }));
    assert.deepEqual(described.KeyMetadata, KeyMetadata);
    assert.match((await bulwark('credentials', 'reset-root', '--data', data)).stderr, /in use|another/i);
    const { stdout, code } = await second.stop();
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /AWS_SECRET_ACCESS_KEY/);

    const reset = await bulwark('credentials', 'reset-root', '--data', data);
    const [, newId, newSecret] = /AWS_ACCESS_KEY_ID=(\S+)\nexport AWS_SECRET_ACCESS_KEY=(\S+)/.exec(reset.stdout)!;
    const third = await serve('--data', data);
    const identify = (accessKeyId: string, secretAccessKey: string) =>
      new STSClient({
        endpoint: third.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
      }).send(new GetCallerIdentityCommand({}));
    assert.equal((await identify(newId!, newSecret!)).Arn, 'arn:aws:iam::000000000000:root');
    await assert.rejects(identify(accessKeyId!, secretAccessKey!), { name: 'InvalidClientTokenId' });
    await third.stop();

    const verified = await bulwark('verify-journal', '--data', data);
    assert.equal(verified.code, 0);
    assert.match(verified.stdout, /^\d+ records verified/);
  });

  it('keeps its root key readable by its owner only', () => {
    assert.equal(statSync(join(directory, 'first', 'root.key')).mode & 0o777, 0o600);
  });

  it('serves HTTPS under a CA of its own, which status trusts', async () => {
    const data = join(directory, 'tls');
    const server = await serve('--data', data, '--tls');
    assert.match(server.endpoint, /^https:/);
    assert.match(readFileSync(join(data, 'tls', 'ca.pem'), 'utf8'), /BEGIN CERTIFICATE/);
    const ready = await bulwark('status', '--tls', '--data', data, '--port', new URL(server.endpoint).port);
    assert.deepEqual([ready.code, JSON.parse(ready.stdout).status], [0, 'ready']);
    await server.stop();
    assert.equal((await bulwark('status', '--port', new URL(server.endpoint).port)).code, 1);
  });

  it('creates what a seed file describes, the same after a restart', async () => {
    const seed = join(directory, 'seed.yaml');
    writeFileSync(
      seed,
      'keys: [{ arn: "arn:aws:kms:eu-west-2:387124123361:key/0509dc31", aliases: [alias/tutorial] }]\n',
    );
    for (const _start of ['first', 'second']) {
      const server = await serve('--data', join(directory, 'seeded'), '--seed', seed, '--mode', 'open');
      const kms = new KMSClient({
        endpoint: server.endpoint,
        region: 'eu-west-2',
        credentials: { accessKeyId: '387124123361', secretAccessKey: 'x' },
      });
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/tutorial' }));
      assert.equal(KeyMetadata!.Arn, 'arn:aws:kms:eu-west-2:387124123361:key/0509dc31');
      await server.stop();
    }
  });

  for (const [what, args, says] of [
    [
      'an unknown flag',
      ['start', '--prot', '1'],
      /unknown option '--prot'.*\n.*--port.*\n\(see "bulwark start --help"\)/,
    ],
    ['a request that is not named', ['quotas', 'approve'], /'request-id'\n\(see "bulwark quotas approve --help"\)/],
    [
      'a file of cases that is not there',
      ['policy', 'test', 'absent.yaml'],
      /files: cannot read absent\.yaml: ENOENT; see that it is there/,
    ],
    [
      'a file of an access key that is a directory',
      ['credentials', '--key-file', directory],
      /key-file: cannot read .*: EISDIR; a directory is there; name a file/,
    ],
    ['a mode that does not exist', ['start', '--mode', 'strict'], /mode: "strict" is not one of enforced, open/],
    [
      'a seed file that is not there',
      ['start', '--data', ':memory:', '--seed', 'absent.yaml'],
      /seed: cannot read absent\.yaml: ENOENT; see that it is there, or name another path/,
    ],
    [
      'a configuration that is no YAML',
      ['status', '--config', fileOf('bad.yaml', 'port: [1')],
      /bad\.yaml: not YAML: /,
    ],
    [
      'a setting that is there twice',
      ['doctor', '--config', fileOf('twice.yaml', 'port: 1\nport: 2')],
      /twice\.yaml: not YAML: Map keys must be unique/,
    ],
    [
      'a host that is none',
      ['start', '--data', ':memory:', '--host', '300.0.0.1'],
      /ENOTFOUND 300\.0\.0\.1; name an address/,
    ],
    [
      'a certificate that is none',
      ['start', '--data', ':memory:', '--tls-cert', fileOf('x.pem', 'x'), '--tls-key', fileOf('x.pem', 'x')],
      /tls-cert, tls-key: .* have to be a certificate and its own private key, each in PEM/,
    ],
    [
      'a data directory that is a file',
      ['start', '--data', fileOf('a-file', '')],
      /EEXIST: .*a-file'; something else is there/,
    ],
    [
      'a data directory below a file',
      ['start', '--data', join(fileOf('a-file', ''), 'x')],
      /ENOTDIR: .*; a file is in the way/,
    ],
    [
      'a data directory where there can be none',
      ['start', '--data', process.platform === 'linux' ? '/proc/bulwark/data' : join(directory, 'a-file', 'x')],
      /ENO(?:ENT|TDIR): .* mkdir/,
    ],
    ['a journal that is not there', ['verify-journal', '--data', join(directory, 'nothing')], /nothing/],
    ['a root key that is gone', ['verify-journal', '--data', join(directory, 'keyless')], /root\.key/],
  ] as const) {
    it(`says in one sentence what is wrong with ${what}`, async () => {
      if (what === 'a root key that is gone') {
        const server = await serve('--data', join(directory, 'keyless'));
        await server.stop();
        rmSync(join(directory, 'keyless', 'root.key'));
      }
      const { code, stderr } = await bulwark(...args);
      assert.notEqual(code, 0);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n\s+at /);
      if (stderr.startsWith('bulwark: ')) assert.deepEqual([code, stderr.indexOf('\n')], [2, stderr.length - 1]);
    });
  }

  it('is not ended by a reader that has seen enough, and says what keeps it from writing', async () => {
    const into = async (shell: string): Promise<string> => {
      const doctor = `"$0" "$1" doctor --data :memory: --port 1`;
      return (
        await run('sh', ['-c', `{ sleep 0.2; ${doctor}; echo "ended with $?" >&2; } ${shell}`, process.execPath, main])
      ).stderr;
    };
    assert.equal(await into('| true'), 'ended with 0\n');
    if (process.platform === 'linux')
      assert.equal(
        await into('> /dev/full'),
        'bulwark: ENOSPC: no space left on device, write; make room\nended with 2\n',
      );
  });
});
