import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bulwark, type Ended } from './bulwark.ts';
import { noSmallDisk, SmallDisk } from './crash/small-disk.ts';
import { noPostgres, PostgresServer } from './postgres-server.ts';
import { SpawnedServer } from './spawned-server.ts';

/** Longer than the server waits before it tries again. */
const patienceMs = 20_000;

const health = async ({ url }: SpawnedServer): Promise<readonly [number, string]> => {
  const answer = await fetch(`${url}/_bulwark/health`);
  return [answer.status, ((await answer.json()) as { status: string }).status];
};

/** Waits for what health is to say; nothing but health is asked meanwhile. */
const becomes = async (server: SpawnedServer, status: string): Promise<void> => {
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(50))
    if ((await health(server))[1] === status) return;
  assert.fail(`health does not become ${status}: ${await health(server)}`);
};

const random = async (server: SpawnedServer): Promise<number> =>
  (await server.kms('GenerateRandom', { NumberOfBytes: 8 })).status;

const commands = async (server: SpawnedServer, ...where: readonly string[]): Promise<readonly [Ended, Ended]> => [
  await bulwark('status', '--port', String(server.port)),
  await bulwark('doctor', '--port', String(server.port), ...where),
];

describe('a server that cannot store', () => {
  it('says so while its disk is full, and is ready again by itself', { skip: noSmallDisk }, async () => {
    const disk = new SmallDisk(48);
    const data = join(disk.path, 'data');
    const server = await SpawnedServer.start({ data });
    try {
      assert.equal(await random(server), 200);
      disk.fill();
      while ((await random(server)) === 200);
      assert.deepEqual(await health(server), [503, 'unavailable']);
      await sleep(2500);
      assert.deepEqual(await health(server), [503, 'unavailable'], 'the disk is still full');
      const [status, doctor] = await commands(server, '--data', data);
      assert.equal(status.exitCode, 1);
      const told = JSON.parse(status.stdout);
      assert.equal(told.status, 'unavailable');
      assert.match(told.reason, /full|no space/);
      assert.equal(doctor.exitCode, 1);
      assert.match(doctor.stdout, /^PROBLEM {2}server: .* cannot be stored: .*\n {10}→ make room where/m);
      disk.free();
      await becomes(server, 'ready');
      assert.equal(await random(server), 200);
    } finally {
      await server.stop();
      disk.remove();
    }
  });

  it('ends with status 0 on SIGTERM while its database is gone, whatever it would have noted', {
    skip: noPostgres,
  }, async () => {
    const database = await PostgresServer.start();
    const keys = mkdtempSync(join(tmpdir(), 'bulwark-outage-'));
    const server = await SpawnedServer.start({ data: await database.newDatabase(), flags: ['--key-directory', keys] });
    try {
      await server.iam('CreateUser', { UserName: 'alice' });
      const { text } = await server.iam('CreateAccessKey', { UserName: 'alice' });
      const found = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(text)![1]!;
      const alice = { accessKeyId: found('AccessKeyId'), secretAccessKey: found('SecretAccessKey') };
      // When it was used last is noted once a minute, and at the end.
      assert.match((await server.kms('ListKeys', {}, alice)).text, /AccessDenied/);
      await database.stop('SIGQUIT');
      await server.stop();
      assert.equal(server.exitCode, 0, server.output);
      assert.doesNotMatch(server.output, / at .*:\d+:\d+/);
    } finally {
      await server.stop('SIGKILL');
      await database.remove();
      rmSync(keys, { recursive: true, force: true });
    }
  });

  for (const workers of ['1', '2'])
    it(`says so while its database is gone, and is ready again by itself: ${workers} workers`, {
      skip: noPostgres,
    }, async () => {
      const database = await PostgresServer.start();
      const keys = mkdtempSync(join(tmpdir(), 'bulwark-outage-'));
      const data = await database.newDatabase();
      const flags = ['--key-directory', keys, '--workers', workers];
      const server = await SpawnedServer.start({ data, flags });
      try {
        assert.deepEqual(await health(server), [200, 'ready']);
        await database.stop('SIGQUIT');
        await becomes(server, 'unavailable');
        assert.equal(await random(server), 503);
        const [status, doctor] = await commands(server, '--data', data, '--key-directory', keys);
        assert.equal(status.exitCode, 1);
        assert.equal(JSON.parse(status.stdout).status, 'unavailable');
        assert.match(doctor.stdout, /^PROBLEM {2}server: .* cannot be stored: .*\n {10}→ see that postgres:/m);
        await database.start();
        await becomes(server, 'ready');
        for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(100))
          if ((await bulwark('status', '--port', String(server.port))).exitCode === 0) break;
        assert.equal((await bulwark('status', '--port', String(server.port))).exitCode, 0);
        assert.equal(await random(server), 200);
      } finally {
        await server.stop();
        await database.remove();
        rmSync(keys, { recursive: true, force: true });
      }
    });
});
