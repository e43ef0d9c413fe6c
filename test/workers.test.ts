import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyJournal } from '../src/journal/verify.ts';
import { bulwark } from './bulwark.ts';
import { SpawnedServer } from './spawned-server.ts';

describe('two workers on one directory', { skip: process.platform !== 'linux' }, () => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-workers-'));
  const data = join(root, 'data');
  let server: SpawnedServer;
  before(async () => {
    server = await SpawnedServer.start({ data, flags: ['--workers', '2'] });
  });
  after(async () => {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const createKey = async (): Promise<string> =>
    JSON.parse((await server.kms('CreateKey', {})).text).KeyMetadata.KeyId as string;
  /** fetch keeps connections; many at a time make sure that both workers are asked. */
  const encryptOften = (KeyId: string) =>
    Promise.all(Array.from({ length: 20 }, () => server.kms('Encrypt', { KeyId, Plaintext: 'aGVsbG8=' })));

  it('serves with both, says once where, and shows no worker a state that is over', async () => {
    assert.equal(server.workers.length, 2);
    assert.equal(server.output.match(/AWS_ENDPOINT_URL/g)?.length, 1);
    const KeyId = await createKey();
    for (let round = 0; round < 5; round++) {
      assert.ok((await encryptOften(KeyId)).every(({ status }) => status === 200));
      assert.equal((await server.kms('DisableKey', { KeyId })).status, 200);
      assert.ok((await encryptOften(KeyId)).every(({ text }) => text.includes('DisabledException')));
      assert.equal((await server.kms('EnableKey', { KeyId })).status, 200);
    }
  });

  it('keeps every other server from the directory', async () => {
    const { exitCode, stderr } = await bulwark('start', '--port', '0', '--data', data);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /another Bulwark is using/);
  });

  it('replaces a worker that was killed, and loses nothing that was acknowledged', async () => {
    const acknowledged: string[] = [];
    const [victim] = server.workers;
    let stopped = false;
    const client = async (): Promise<void> => {
      while (!stopped) {
        const answer = await server.kms('CreateKey', {}).catch(() => undefined);
        if (answer?.status === 200) acknowledged.push(JSON.parse(answer.text).KeyMetadata.KeyId);
      }
    };
    const clients = Promise.all(Array.from({ length: 6 }, client));
    await sleep(300);
    process.kill(victim!, 'SIGKILL');
    await sleep(1500);
    stopped = true;
    await clients;
    const crew = server.workers;
    assert.equal(crew.length, 2);
    assert.ok(!crew.includes(victim!));
    assert.ok(acknowledged.length > 10);
    for (const KeyId of acknowledged) assert.equal((await server.kms('DescribeKey', { KeyId })).status, 200);
  });

  it('ends with its workers on SIGTERM, and leaves a journal without a fault', async () => {
    const crew = server.workers;
    await server.stop();
    for (const pid of crew) assert.throws(() => process.kill(pid, 0));
    const { fault, records } = await verifyJournal(data);
    assert.equal(fault, undefined);
    assert.ok(records > 100);
  });
});
