import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SpawnedServer } from '../spawned-server.ts';
import { organizationChecks } from './checks/organizations.ts';
import { Stage } from './stage.ts';
import { drivers } from './through-clients.ts';

for (const driver of drivers) {
  // In order: the first check makes the organization.
  describe(`organizations through ${driver.name}`, { skip: driver.missing ?? false }, () => {
    const data = mkdtempSync(join(tmpdir(), 'bulwark-organizations-'));
    let server: SpawnedServer;

    before(async () => {
      server = await SpawnedServer.start({ data, flags: ['--test-endpoints'] });
    });

    after(async () => {
      driver.close();
      await server.stop();
      rmSync(data, { recursive: true, force: true });
    });

    for (const { id, sentence, run } of organizationChecks) {
      it(`${id}: ${sentence}`, () => run(new Stage(server, data, driver)));
    }
  });
}
