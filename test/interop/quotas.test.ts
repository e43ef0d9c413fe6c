import assert from 'node:assert/strict';
import { it } from 'node:test';
import { run } from '../bulwark.ts';
import { rootCredentials } from '../spawned-server.ts';
import { parameterQuotaChecks } from './checks/parameter-uses.ts';
import { quotaChecks, quotaOf } from './checks/quotas.ts';
import { awsCli, awsEnvironment } from './drivers/aws-cli.ts';
import { throughClients } from './through-clients.ts';

const stageOf = throughClients([...quotaChecks, ...parameterQuotaChecks], {
  name: 'quotas',
  flags: ['--test-endpoints', '--throttling', 'on'],
});

it('KMS-22: the aws CLI waits and tries again until it is served', { skip: awsCli.missing ?? false }, async () => {
  const stage = stageOf(awsCli);
  // One request in three seconds: the CLI begins within them, and the seconds that it waits grow.
  const { region } = await quotaOf(stage, 1 / 3);
  const env = {
    ...awsEnvironment({ url: stage.server.url, region, credentials: rootCredentials }),
    AWS_RETRY_MODE: 'standard',
    AWS_MAX_ATTEMPTS: '10',
  };
  const random = ['kms', 'generate-random', '--number-of-bytes', '8', '--debug'];
  const ended = await Promise.all([1, 2, 3].map(() => run('aws', random, { env, cwd: stage.data })));
  for (const { exitCode, stderr } of ended) assert.equal(exitCode, 0, stderr.slice(-2000));
  const delays = ended.map(({ stderr }) =>
    [...stderr.matchAll(/Retry needed, retrying request after delay of: ([\d.]+)/g)].map(([, delay]) => Number(delay)),
  );
  assert.ok(delays.flat().length >= 2, `${delays}`);
  // With full jitter: each is some part of a bound that doubles.
  for (const own of delays) for (const [attempt, delay] of own.entries()) assert.ok(delay <= 2 ** attempt, `${own}`);
});
