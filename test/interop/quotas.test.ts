import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run } from '../bulwark.ts';
import { rootCredentials, SpawnedServer } from '../spawned-server.ts';
import { parameterQuotaChecks } from './checks/parameter-uses.ts';
import { quotaChecks, quotaOf } from './checks/quotas.ts';
import type { Driver } from './driver.ts';
import { awsCli, awsEnvironment } from './drivers/aws-cli.ts';
import { boto3 } from './drivers/boto3.ts';
import { sdk } from './drivers/sdk.ts';
import { Stage } from './stage.ts';

const drivers: readonly Driver[] = [sdk, boto3, awsCli];

let server: SpawnedServer;
const data = mkdtempSync(join(tmpdir(), 'bulwark-quotas-'));

before(async () => {
  server = await SpawnedServer.start({ data, flags: ['--test-endpoints', '--throttling', 'on'] });
});

after(async () => {
  for (const driver of drivers) driver.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

for (const driver of drivers) {
  describe(`through ${driver.name}`, { skip: driver.missing ?? false }, () => {
    for (const { id, sentence, run: check } of [...quotaChecks, ...parameterQuotaChecks]) {
      it(`${id}: ${sentence}`, () => check(new Stage(server, data, driver)));
    }
  });
}

it('KMS-22: the aws CLI waits and tries again until it is served', { skip: awsCli.missing ?? false }, async () => {
  // One request in three seconds: the CLI begins within them, and the seconds that it waits grow.
  const { region } = await quotaOf(new Stage(server, data, awsCli), 1 / 3);
  const env = {
    ...awsEnvironment({ url: server.url, region, credentials: rootCredentials }),
    AWS_RETRY_MODE: 'standard',
    AWS_MAX_ATTEMPTS: '10',
  };
  const random = ['kms', 'generate-random', '--number-of-bytes', '8', '--debug'];
  const ended = await Promise.all([1, 2, 3].map(() => run('aws', random, { env, cwd: data })));
  for (const { exitCode, stderr } of ended) assert.equal(exitCode, 0, stderr.slice(-2000));
  const delays = ended.map(({ stderr }) =>
    [...stderr.matchAll(/Retry needed, retrying request after delay of: ([\d.]+)/g)].map(([, delay]) => Number(delay)),
  );
  assert.ok(delays.flat().length >= 2, `${delays}`);
  // With full jitter: each is some part of a bound that doubles.
  for (const own of delays) for (const [attempt, delay] of own.entries()) assert.ok(delay <= 2 ** attempt, `${own}`);
});
