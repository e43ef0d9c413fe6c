import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import { sign } from '../src/testing/sign.ts';
import { bulwark } from './bulwark.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-xks-'));
after(() => rmSync(directory, { recursive: true, force: true }));

describe('bulwark xks-proxy, the command', () => {
  it('makes its access key, for its owner alone, and answers requests that are signed with it', async () => {
    const server = await testServer();
    const input = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } as const;
    const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand(input));
    const file = join(directory, 'access-keys');
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const flags = ['--keys', `a=${KeyMetadata!.Arn}`, '--access-keys', file, '--port', '0', '--endpoint', server.url];
    const child = spawn(process.execPath, [main, 'xks-proxy', ...flags], {
      env: { AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId, AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    after(() => child.kill('SIGTERM'));
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the proxy ended')));
      child.stdout.on('data', (chunk: Buffer) => {
        const found = /^http:\S+$/m.exec(chunk.toString());
        if (found) resolve(found[0]);
      });
    });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const [accessKeyId = '', secretAccessKey = ''] = readFileSync(file, 'utf8').trim().split(' ');
    const { host, pathname } = new URL(`${url}/health`);
    const body = JSON.stringify({ requestMetadata: { kmsRequestId: 'a', kmsOperation: 'KmsHealthCheck' } });
    const unsigned = { method: 'POST', path: pathname, headers: { host }, body };
    const headers = sign(unsigned, { accessKeyId, secretAccessKey }, { region: 'eu-west-2', service: 'kms-xks-proxy' });
    const answer = await fetch(`${url}/health`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
  });

  it('speaks TLS wherever others can reach it', async () => {
    const { exitCode, stderr } = await bulwark('xks-proxy', '--host', '0.0.0.0', '--access-keys', join(directory, 'b'));
    assert.equal(exitCode, 2);
    assert.match(stderr, /--tls-cert/);
  });

  it('asks for certificates of clients over TLS alone, and by name', async () => {
    const file = ['--access-keys', join(directory, 'c')];
    for (const flags of [
      ['--client-ca', 'ca.pem'],
      ['--client-ca', 'ca.pem', '--client-name', 'cks.kms.eu-west-3.amazonaws.com'],
    ]) {
      const { exitCode, stderr } = await bulwark('xks-proxy', ...file, ...flags);
      assert.equal(exitCode, 2);
      assert.match(stderr, /client-ca and client-name go together, with --tls-cert/);
    }
  });
});
