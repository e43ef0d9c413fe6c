import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bulwark, type Ended } from './bulwark.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('a first start that fails', () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-first-'));
  const taken = createServer();
  let port = '';
  before(async () => {
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    port = String((taken.address() as AddressInfo).port);
  });
  after(() => {
    taken.close();
    rmSync(root, { recursive: true, force: true });
  });

  const account = ['--account', '111122223333', '--region', 'us-east-1'];
  const sealKey = ['--seal-key-file', join(root, 'seal.key')];

  /** The root access key that a start has shown serves the next one. */
  const assertKept = async (data: string, { exitCode, stdout, stderr }: Ended): Promise<void> => {
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /^bulwark: .*\n$/);
    const [, accessKeyId] = /^export AWS_ACCESS_KEY_ID=(\w+)$/m.exec(stdout) ?? [];
    const [, secretAccessKey] = /^export AWS_SECRET_ACCESS_KEY=(.+)$/m.exec(stdout) ?? [];
    assert.ok(accessKeyId && secretAccessKey, stdout);
    const server = await SpawnedServer.start({ data, flags: sealKey });
    const { status, text } = await server.kms('ListKeys', {}, { accessKeyId, secretAccessKey });
    assert.equal(status, 200, text);
    await server.stop();
  };

  /** There was nothing to show: the next start makes the root access key that it is given. */
  const assertNoneMade = async (data: string, { exitCode, stdout, stderr }: Ended): Promise<void> => {
    assert.equal(exitCode, 2, stderr);
    assert.doesNotMatch(stdout, /AWS_/);
    const server = await SpawnedServer.start({ data });
    const { status, text } = await server.kms('ListKeys', {});
    assert.equal(status, 200, text);
    await server.stop();
  };

  for (const workers of ['1', '2']) {
    const more = ['--workers', workers, ...account];

    it(`shows the root access key all the same: under a seal, the port is in use, workers: ${workers}`, async () => {
      const data = join(root, `sealed-${workers}`);
      assert.equal((await bulwark('init', '--data', data, '--seal', 'key-file', ...sealKey)).exitCode, 0);
      await assertKept(data, await bulwark('start', '--port', port, '--data', data, ...sealKey, ...more));
    });

    it(`makes no root access key: the port is in use, workers: ${workers}`, async () => {
      const data = join(root, `port-${workers}`);
      await assertNoneMade(data, await bulwark('start', '--port', port, '--data', data, ...more));
    });

    it(`makes no root access key: the seed is wrong, workers: ${workers}`, async () => {
      const data = join(root, `seed-${workers}`);
      const seed = join(root, 'seed.yaml');
      writeFileSync(seed, 'iam:\n  users: 7\n');
      await assertNoneMade(data, await bulwark('start', '--port', '0', '--seed', seed, '--data', data, ...more));
    });
  }

  it('shows no root access key again that a start before it has shown', async () => {
    const data = join(root, 'port-1');
    const { exitCode, stdout } = await bulwark('start', '--port', port, '--data', data, '--account', '111122223333');
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
  });
});
