import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { bulwark } from './bulwark.ts';
import { account, SpawnedServer } from './spawned-server.ts';

const data = mkdtempSync(join(tmpdir(), 'bulwark-cost-'));
after(() => rmSync(data, { recursive: true, force: true }));

describe('bulwark cost', async () => {
  const server = await SpawnedServer.start({ data });
  after(() => server.stop());
  for (let n = 0; n < 3; n++) assert.equal((await server.kms('CreateKey', {})).status, 200);
  const cost = (...args: string[]) => bulwark('cost', '--data', data, '--account', account, ...args);

  it('prints a table and a plot of the month', async () => {
    const { stdout, stderr } = await cost();
    assert.match(stdout, /KMS-Keys +0\.00\d+ +Keys-Month +\$0\.00\d+/, stderr);
    assert.match(stdout, /KMS-Requests +3 +Requests +\$0\.000009/);
    assert.match(stdout, /^ ?\d+ █{50} \$0\.00\d+\n$/m);
    const days = stdout.match(/^[ \d]\d(?: |$)/gm)!.map(Number);
    assert.deepEqual([days[0], days.at(-1)], [1, new Date().getUTCDate()]);
  });

  it('says that nothing was used, by whom else something was, and that there is no such directory', async () => {
    assert.match((await cost('--month', '2020-01')).stdout, /: \$0\.000000\n\nNothing was used\.\n/);
    const { stdout } = await cost('--account', '444455556666');
    assert.match(stdout, /Nothing was used\.\n\nAccount 111122223333: \$0\.00\d+ \(--account 111122223333\)\n$/);
    const { exitCode, stderr } = await bulwark('cost', '--data', join(data, 'absent'));
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /absent is not there/);
  });

  it('prints JSON', async () => {
    const { costs } = JSON.parse((await cost('--json')).stdout);
    assert.deepEqual(
      costs.map(({ usageType, quantity }: { usageType: string; quantity: number }) => [
        usageType.replace(/^.*-KMS/, 'KMS'),
        usageType.endsWith('Requests') ? quantity : quantity > 0,
      ]),
      [
        ['KMS-Requests', 3],
        ['KMS-Keys', true],
      ],
    );
  });

  it('says what is wrong with a month', async () => {
    assert.match((await cost('--month', '2026-13')).stderr, /is not a month such as/);
  });
});
