import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SpawnedServer } from './spawned-server.ts';

const perSecond = 10;
const clients = 16;
const lastsMs = 3500;

/** Asks two workers for more than their quota. @returns how many requests were served in one second */
const servedPerSecond = async (server: SpawnedServer): Promise<number> => {
  const end = performance.now() + lastsMs;
  let served = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      const { status, text } = await server.kms('GenerateRandom', { NumberOfBytes: 8 });
      if (status === 200) served++;
      else assert.match(text, /"__type":"ThrottlingException"/);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  // Intervals that began: the first one at once, and the last one may have just begun.
  return served / (Math.floor((performance.now() - began) / 1000) + 1);
};

test('two workers serve a quota together, not each', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-shared-quotas-'));
  const seed = join(root, 'seed.yaml');
  writeFileSync(seed, `quotas: [{ service: kms, code: L-6E3AF000, value: ${perSecond} }]\n`);
  const flags = ['--workers', '2', '--throttling', 'on', '--seed', seed];
  const server = await SpawnedServer.start({ data: join(root, 'data'), flags });
  t.after(async () => {
    await server.stop('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  const served = await servedPerSecond(server);
  t.diagnostic(`${served} requests a second were served`);
  assert.ok(served > 0 && served <= perSecond, `${served} were served`);
});
