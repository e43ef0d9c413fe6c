import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SpawnedServer } from '../spawned-server.ts';
import { parameterUseChecks } from './checks/parameter-uses.ts';
import { parameterChecks } from './checks/parameters.ts';
import type { Driver } from './driver.ts';
import { awsCli } from './drivers/aws-cli.ts';
import { boto3 } from './drivers/boto3.ts';
import { sdk } from './drivers/sdk.ts';
import { Stage } from './stage.ts';

const drivers: readonly Driver[] = [sdk, boto3, awsCli];

let server: SpawnedServer;
const data = mkdtempSync(join(tmpdir(), 'bulwark-parameters-'));

before(async () => {
  server = await SpawnedServer.start({ data, flags: ['--test-endpoints', '--throttling', 'off'] });
});

after(async () => {
  for (const driver of drivers) driver.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

// One after the other: some let months pass.
for (const driver of drivers) {
  describe(`parameters through ${driver.name}`, { skip: driver.missing ?? false }, () => {
    for (const { id, sentence, run } of [...parameterChecks, ...parameterUseChecks]) {
      it(`${id}: ${sentence}`, () => run(new Stage(server, data, driver)));
    }
  });
}
