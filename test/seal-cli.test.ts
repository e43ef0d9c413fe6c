import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { endOf, endsWithTest } from './children.ts';
import { freePort } from './free-port.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-seal-cli-'));
after(() => rmSync(root, { recursive: true, force: true }));

const credentials = {
  accessKeyId: 'AKIASEALEDROOTACCESSK',
  secretAccessKey: 'sealed-root-secret-access-key-0123456789',
};
const environment = {
  PATH: process.env.PATH,
  BULWARK_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
  BULWARK_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};
const main = join(import.meta.dirname, '..', 'src', 'main.ts');

/** Runs a command, with lines to its standard input. */
const run = (
  args: readonly string[],
  input = '',
  env = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = endsWithTest(spawn(process.execPath, [main, ...args], { env: { ...environment, ...env } }));
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });

/** Starts a server and waits for a line. */
const serve = async (data: string, ...args: string[]) => {
  const child: ChildProcess = endsWithTest(
    spawn(process.execPath, [main, 'start', '--port', '0', '--data', data, ...args], { env: environment }),
  );
  let output = '';
  const printed = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output);
        if (match) resolve(match);
      };
      child.stdout!.on('data', look);
      child.once('exit', () => reject(new Error(output)));
      look();
    });
  child.stdout!.on('data', (chunk) => (output += chunk));
  child.stderr!.on('data', (chunk) => (output += chunk));
  after(() => child.kill('SIGKILL'));
  const stop = () => {
    child.kill('SIGTERM');
    return endOf(child);
  };
  return { printed, stop };
};
const passphrase = 'correct horse battery staple';

describe('a data directory under a passphrase', async () => {
  const data = join(root, 'passphrase');
  const init = await run(['init', '--data', data, '--seal', 'passphrase'], `${passphrase}\n${passphrase}\n`);
  const scraped = `http://127.0.0.1:${await freePort()}/metrics`;
  const server = await serve(data, '--metrics-port', new URL(scraped).port);
  const port = (await server.printed(/is sealed: port (\d+)/))[1]!;
  const url = `http://127.0.0.1:${port}`;
  const unseal = (input: string) => run(['unseal', '--port', port], `${input}\n`);

  it('is told by status to be sealed, and how to unseal it', async () => {
    const { code, stdout } = await run(['status', '--port', port]);
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`^sealed: it waits for its passphrase\\. "bulwark unseal --port ${port}"`));
  });

  it('is made by init, which shows no secret', () => {
    assert.equal(init.code, 0, init.stderr);
    assert.match(init.stdout, /is sealed by passphrase/);
    assert.doesNotMatch(init.stdout + readFileSync(join(data, 'seal.json'), 'utf8'), /correct horse/);
    assert.equal(existsSync(join(data, 'root.key')), false);
  });

  it('is served sealed: health and unseal answer, every service is unavailable in its own protocol', async () => {
    const health = await fetch(`${url}/_bulwark/health`);
    assert.deepEqual(
      [health.status, await health.json()],
      [503, { status: 'sealed', method: 'passphrase', asks: 'passphrase', given: 0, needed: 1 }],
    );
    const client = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
    await assert.rejects(new KMSClient(client).send(new CreateKeyCommand({})), { name: 'ServiceUnavailable' });
    await assert.rejects(new IAMClient(client).send(new ListUsersCommand({})), { name: 'ServiceUnavailable' });
    for (const path of ['/', '/_bulwark/reset', '/anything'])
      assert.notEqual((await fetch(url + path, { method: 'POST' })).status, 200);
  });

  it('says in its metrics that it is sealed, on the main listener to this machine only', async () => {
    const sealed = /^bulwark_sealed 1$/m;
    assert.match(await (await fetch(scraped)).text(), sealed);
    assert.match(await (await fetch(`${url}/_bulwark/metrics`)).text(), sealed);
    const proxied = { headers: { 'x-forwarded-for': '192.0.2.1' } };
    assert.equal((await fetch(`${url}/_bulwark/metrics`, proxied)).status, 403);
  });

  it('stays sealed for a wrong passphrase, a web page and a body that is none', async () => {
    const wrong = await unseal('not the passphrase');
    assert.match(wrong.stderr, /wrong passphrase/);
    assert.equal(wrong.code, 2);
    const body = JSON.stringify({ passphrase });
    assert.equal(
      (await fetch(`${url}/_bulwark/unseal`, { method: 'POST', body, headers: { origin: 'http://evil.example' } }))
        .status,
      403,
    );
    assert.equal((await fetch(`${url}/_bulwark/unseal`, { method: 'POST', body: '{"passphrase":7}' })).status, 400);
    assert.equal((await fetch(`${url}/_bulwark/health`)).status, 503);
  });

  it('serves in earnest on the same port as soon as the passphrase was given', async () => {
    assert.equal((await unseal(passphrase)).stdout, 'unsealed\n');
    await server.printed(new RegExp(`AWS_ENDPOINT_URL=${url}`));
    assert.match(await (await fetch(scraped)).text(), /^bulwark_sealed 0$/m);
    const kms = new KMSClient({ endpoint: url, region: 'us-east-1', credentials });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    assert.ok(await kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata!.KeyId })));
    assert.equal((await unseal(passphrase)).stdout, 'The server is not sealed.\n');
  });

  it('is rewrapped under shares beside the running server, and asks for them from then on', async () => {
    const wrong = await run(['rewrap', '--data', data, '--seal', 'shares'], 'wrong passphrase\n');
    assert.match(wrong.stderr, /wrong passphrase/);
    const { stdout } = await run(
      ['rewrap', '--data', data, '--seal', 'shares', '--seal-shares', '2/3'],
      `${passphrase}\n`,
    );
    const shares = stdout.split('\n').filter((line) => line.startsWith('bulwark-share-'));
    assert.equal(shares.length, 3);
    assert.match((await run(['seal', 'status', '--data', data])).stdout, /sealed by shares .* waits for 2 shares/);
    await server.stop();

    const again = await serve(data);
    const port = (await again.printed(/is sealed: port (\d+)/))[1]!;
    const give = (share: string) => run(['unseal', '--port', port], `${share}\n`);
    assert.match((await give(shares[0]!)).stdout, /1 of 2 shares given/);
    assert.match(
      (await give(`${shares[1]!.slice(0, -1)}${shares[1]!.endsWith('0') ? 'z' : '0'}`)).stderr,
      /typing error/,
    );
    assert.match((await give(shares[2]!)).stdout, /unsealed/);
    await again.printed(/AWS_ENDPOINT_URL=/);
    await again.stop();
    const verified = await run(['verify-journal', '--data', data], `${shares[0]}\n${shares[1]}\n`);
    assert.match(verified.stdout, /records verified/);
  });
});

describe('a server that waits', async () => {
  const data = join(root, 'waiting');
  const newPassphrase = 'another horse battery staple';
  const init = await run(['init', '--data', data, '--seal', 'shares', '--seal-shares', '2/3'], '');
  const shares = init.stdout.split('\n').filter((line) => line.startsWith('bulwark-share-'));
  const server = await serve(data);
  const port = (await server.printed(/is sealed: port (\d+)/))[1]!;
  const unseal = (input: string) => run(['unseal', '--port', port], input);

  it('says so when a share is given twice, and when a line is empty', async () => {
    assert.match((await unseal(`${shares[0]}\n`)).stdout, /1 of 2 shares given/);
    const twice = await unseal(`${shares[0]}\n`);
    assert.deepEqual([twice.code, twice.stderr], [2, 'bulwark: this share was given already; give another one\n']);
    const empty = await unseal('\n');
    assert.deepEqual([empty.code, /^bulwark: .*an empty line.*\n$/.test(empty.stderr)], [2, true], empty.stderr);
  });

  it('keeps its root key from being changed', async () => {
    const { code, stderr } = await run(
      ['rotate-keys', '--root', '--seal', 'passphrase', '--data', data],
      `${shares[0]}\n${shares[1]}\n${passphrase}\n${passphrase}\n`,
    );
    assert.deepEqual([code, stderr], [2, `bulwark: another Bulwark is using ${data}\n`]);
  });

  it('opens with what a rewrap has made meanwhile, and with nothing older', async () => {
    const rewrapped = await run(
      ['rewrap', '--data', data, '--seal', 'passphrase'],
      `${shares[0]}\n${shares[1]}\n${newPassphrase}\n${newPassphrase}\n`,
    );
    assert.equal(rewrapped.code, 0, rewrapped.stderr);
    const health = await (await fetch(`http://127.0.0.1:${port}/_bulwark/health`)).json();
    assert.deepEqual(health, { status: 'sealed', method: 'passphrase', asks: 'passphrase', given: 0, needed: 1 });
    assert.match((await unseal(`${shares[1]}\n`)).stderr, /wrong passphrase/);
    assert.equal((await unseal(`${newPassphrase}\n`)).stdout, 'unsealed\n');
    assert.match((await run(['status', '--port', port])).stdout, /"version"/);
    await server.stop();
  });

  it('stays sealed where the seal keeps the root key of other data', async () => {
    const foreign = join(root, 'foreign');
    const made = await run(['init', '--data', foreign, '--seal', 'passphrase'], `${passphrase}\n${passphrase}\n`);
    assert.equal(made.code, 0, made.stderr);
    cpSync(join(data, 'bulwark.db'), join(foreign, 'bulwark.db'));
    const waiting = await serve(foreign);
    const [, at] = await waiting.printed(/is sealed: port (\d+)/);
    const { code, stdout, stderr } = await run(['unseal', '--port', at!], `${passphrase}\n`);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^bulwark: the root key does not belong to this store.*\n$/);
    assert.equal((await fetch(`http://127.0.0.1:${at}/_bulwark/health`)).status, 503);
    await waiting.stop();
  });
});

describe('a first start', () => {
  it('without a seal makes root.key and says what that means', async () => {
    const data = join(root, 'plain');
    const server = await serve(data);
    await server.printed(/root\.key was made: it opens everything[\s\S]*For production[\s\S]*AWS_ENDPOINT_URL/);
    await server.stop();
    assert.match((await run(['seal', 'status', '--data', data])).stdout, /lies in root\.key/);
  });

  it('with a seal that opens by itself makes it, without root.key', async () => {
    const data = join(root, 'keyed');
    const keyFile = join(root, 'seal.key');
    for (const _start of ['first', 'second']) {
      const server = await serve(data, '--seal', 'key-file', '--seal-key-file', keyFile);
      await server.printed(/AWS_ENDPOINT_URL/);
      await server.stop();
    }
    assert.equal(existsSync(join(data, 'root.key')), false);
  });

  it('with a seal that people open asks for init first', async () => {
    const { code, stderr } = await run(['start', '--data', join(root, 'uninitialized'), '--seal', 'passphrase']);
    assert.deepEqual([code, /begins with "bulwark init"/.test(stderr)], [2, true]);
  });
});

for (const [what, args, env, says] of [
  ['a seal that does not exist', ['init', '--seal', 'wax'], {}, /"wax" is not one of key-file, environment/],
  ['shares that are no fraction', ['init', '--seal', 'shares', '--seal-shares', '3'], {}, /"3" is not "k\/n"/],
  [
    'a token without its PIN',
    ['init', '--seal', 'pkcs11', '--seal-pkcs11', 'pkcs11:token=a;object=b?module-path=/c'],
    {},
    /BULWARK_SEAL_PIN/,
  ],
  ['a KMS key that is no ARN', ['init', '--seal', 'kms', '--seal-kms-key', 'mine'], {}, /not the ARN of a key/],
  ['an init without a seal', ['init', '--data', join(root, 'unnamed')], {}, /--seal says how/],
  [
    'passphrases that differ',
    ['init', '--data', join(root, 'typo'), '--seal', 'passphrase'],
    {},
    /two passphrases differ/,
  ],
] as const) {
  it(`says in one sentence what is wrong with ${what}`, async () => {
    const { code, stderr } = await run(args, 'a passphrase\nanother one\n', env);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
  });
}

describe('secrets on standard input', async () => {
  const data = join(root, 'asked');
  const { stdout } = await run(['init', '--data', data, '--seal', 'shares', '--seal-shares', '2/2'], '');
  const [share] = stdout.split('\n').filter((line) => line.startsWith('bulwark-share-'));
  const ended = /^bulwark: standard input ended before "[^"]+" was answered: .*\n$/;
  for (const [what, args, input, says] of [
    ['that end before the first', ['init', '--data', join(root, 'unasked'), '--seal', 'passphrase'], '', ended],
    ['that end before the last', ['verify', '--data', data], `${share}\n`, ended],
    ['that end before the last, without a line feed', ['verify', '--data', data], share!, ended],
    [
      'with the same share twice',
      ['rewrap', '--data', data, '--seal', 'shares'],
      `${share}\n${share}\n`,
      /given already/,
    ],
    ['with an empty line', ['verify', '--data', data], '\n', /an empty line/],
    ['with Ctrl-C in them', ['verify', '--data', data], '\u0003', /^bulwark: cancelled/],
  ] as const) {
    it(`${what} are refused in one sentence`, async () => {
      const { code, stderr } = await run(args, input);
      assert.equal(code, 2, stderr);
      assert.match(stderr, says);
      assert.equal(stderr.split('\n').length, 2, stderr);
    });
  }
});

describe('a rewrap', () => {
  /** A directory under a key file, with the root key beside it as an interrupted rewrap leaves it. */
  const interrupted = async (name: string) => {
    const data = join(root, name);
    const flags = ['--data', data, '--seal', 'key-file', '--seal-key-file', join(root, `${name}.key`)];
    const server = await serve(data);
    await server.printed(/AWS_ENDPOINT_URL/);
    await server.stop();
    const plain = readFileSync(join(data, 'root.key'));
    assert.equal((await run(['rewrap', ...flags])).code, 0);
    assert.equal(existsSync(join(data, 'root.key')), false);
    return { data, plain, flags };
  };

  it('that was interrupted before it removed root.key is told by seal status, and ended by the next start', async () => {
    const { data, plain, flags } = await interrupted('interrupted');
    writeFileSync(join(data, 'root.key'), plain, { mode: 0o600 });
    assert.match((await run(['seal', 'status', '--data', data])).stdout, /WARNING: root\.key lies beside seal\.json/);
    const server = await serve(data, ...flags.slice(2));
    await server.printed(/root\.key lay beside the seal[\s\S]*AWS_ENDPOINT_URL/);
    assert.equal(existsSync(join(data, 'root.key')), false);
    await server.stop();
    assert.doesNotMatch((await run(['seal', 'status', '--data', data])).stdout, /WARNING/);
  });

  it('leaves a root.key that is of other data, as does a start', async () => {
    const { data, flags } = await interrupted('beside-another');
    const other = `# another\n${Buffer.alloc(32, 7).toString('base64')}\n`;
    writeFileSync(join(data, 'root.key'), other, { mode: 0o600 });
    const server = await serve(data, ...flags.slice(2));
    await server.printed(/root\.key lies beside the seal and is of another root key[\s\S]*AWS_ENDPOINT_URL/);
    await server.stop();
    const { code, stdout, stderr } = await run(['rewrap', ...flags]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /of another root key, and stays/);
    assert.equal(readFileSync(join(data, 'root.key'), 'utf8'), other);
  });

  it('is one at a time: a second one fails, and changes nothing', async () => {
    const data = join(root, 'twice');
    const lines = `${passphrase}\n${passphrase}\n`;
    assert.equal((await run(['init', '--data', data, '--seal', 'passphrase'], lines)).code, 0);
    const rewraps = await Promise.all(
      ['the first new one', 'the second new one'].map((fresh) =>
        run(['rewrap', '--data', data, '--seal', 'passphrase'], `${passphrase}\n${fresh}\n${fresh}\n`),
      ),
    );
    const failed = rewraps.filter(({ code }) => code !== 0);
    assert.equal(failed.length, 1, JSON.stringify(rewraps));
    assert.deepEqual(failed[0], {
      code: 2,
      stdout: '',
      stderr: `bulwark: another command is changing the seal of ${data}\n`,
    });
  });
});

describe('a start whose --seal is not how the directory is kept', () => {
  it('is refused where the root key is plain', async () => {
    const data = join(root, 'plain');
    const { code, stderr } = await run(['start', '--port', '0', '--data', data, '--seal', 'passphrase']);
    assert.equal(code, 2);
    assert.match(stderr, /^bulwark: .*plain is not sealed, .*"bulwark rewrap --seal passphrase".*\n$/);
  });

  it('is warned of another seal', async () => {
    const keyFile = join(root, 'seal.key');
    const server = await serve(join(root, 'keyed'), '--seal', 'environment', '--seal-key-file', keyFile);
    await server.printed(
      /WARNING: \S+keyed is sealed by key-file, not by environment: "bulwark rewrap --seal environment"[\s\S]*AWS_ENDPOINT_URL/,
    );
    await server.stop();
  });
});

describe('a place that is no place', () => {
  it('for a first start: a port in use leaves no root key whose notice nobody has seen', async () => {
    const data = join(root, 'port-in-use');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { code } = await run(['start', '--data', data, '--port', String((taken.address() as AddressInfo).port)]);
    taken.close();
    assert.deepEqual([code, existsSync(data)], [2, false]);
  });

  it('for a certificate: a first start that fails has shown that root.key was made, and made no root access key', async () => {
    const data = join(root, 'no-certificate');
    const missing = join(root, 'missing.pem');
    const env = { BULWARK_ROOT_ACCESS_KEY_ID: undefined, BULWARK_ROOT_SECRET_ACCESS_KEY: undefined };
    const flags = ['--port', '0', '--data', data];
    const { code, stdout } = await run(['start', ...flags, '--tls-cert', missing, '--tls-key', missing], '', env);
    assert.equal(code, 2);
    assert.match(stdout, /root\.key was made: .* Copy it elsewhere/);
    const server = endsWithTest(
      spawn(process.execPath, [main, 'start', ...flags], { env: { PATH: process.env.PATH } }),
    );
    let output = '';
    for await (const chunk of server.stdout) {
      output += chunk;
      if (/AWS_SECRET_ACCESS_KEY|reset-root/.test(output)) break;
    }
    server.kill();
    await endOf(server);
    assert.match(output, /export AWS_SECRET_ACCESS_KEY=/);
  });

  it('for a seal key: the data directory is warned of, by init and by start', async () => {
    const data = join(root, 'self-opening');
    const flags = ['--data', data, '--seal', 'key-file', '--seal-key-file', join(data, 'seal.key')];
    const warning = /WARNING: \S+seal\.key lies in the data directory/;
    const { code, stderr } = await run(['init', ...flags]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, warning);
    const server = await serve(data, ...flags.slice(2));
    await server.printed(new RegExp(`${warning.source}[\\s\\S]*AWS_ENDPOINT_URL`));
    await server.stop();
  });

  it('for a backup: the data directory is refused', async () => {
    const data = join(root, 'plain');
    for (const to of [join(data, 'a.backup'), `file://${data}/a`]) {
      const { code, stderr } = await run(['backup', '--data', data, '--to', to]);
      assert.deepEqual([code, /lies in the data directory/.test(stderr)], [2, true], stderr);
    }
    assert.equal(existsSync(join(data, 'a.backup')), false);
  });

  it('for a seal key: a directory is refused', async () => {
    const { code, stderr } = await run([
      'init',
      ...['--data', join(root, 'unmade'), '--seal', 'key-file', '--seal-key-file', root],
    ]);
    assert.deepEqual([code, stderr.startsWith(`bulwark: ${root} is a directory`)], [2, true], stderr);
    assert.equal(existsSync(join(root, 'unmade')), false);
  });

  it('for an init without what its seal needs: no directory is left', async () => {
    const { code } = await run(['init', '--data', join(root, 'none', 'here'), '--seal', 'key-file']);
    assert.deepEqual([code, existsSync(join(root, 'none'))], [2, false]);
  });
});

it('a database that was emptied is not taken for a new one', async () => {
  const data = join(root, 'emptied');
  const server = await serve(data);
  await server.printed(/AWS_ENDPOINT_URL/);
  await server.stop();
  truncateSync(join(data, 'bulwark.db'));
  const { code, stderr } = await run(['start', '--port', '0', '--data', data]);
  assert.deepEqual([code, stderr.startsWith(`bulwark: ${data}/bulwark.db is empty`)], [2, true], stderr);
});
