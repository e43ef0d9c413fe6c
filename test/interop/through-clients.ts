import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SpawnedServer } from '../spawned-server.ts';
import type { Driver } from './driver.ts';
import { awsCli } from './drivers/aws-cli.ts';
import { boto3 } from './drivers/boto3.ts';
import { sdk } from './drivers/sdk.ts';
import { type Check, Stage } from './stage.ts';

/** The clients that every check goes through, where they are installed. */
export const drivers: readonly Driver[] = [sdk, boto3, awsCli];

/** How checks are run. */
export interface Run {
  /** One word, for the data directory. */
  readonly name: string;
  /** Flags of the server; absent: the test endpoints are there. */
  readonly flags?: readonly string[];
  /** Checks at one time; absent: one after the other, because some let time pass. A process of the aws CLI keeps a processor busy. */
  readonly concurrency?: number;
}

/** Makes tests of all checks through all clients, one client after the other, on one server. @returns how to reach it */
export const throughClients = (
  checks: readonly Check[],
  { name, flags = ['--test-endpoints'], concurrency = 1 }: Run,
): ((driver: Driver) => Stage) => {
  const data = mkdtempSync(join(tmpdir(), `bulwark-${name}-`));
  let server: SpawnedServer;
  before(async () => {
    server = await SpawnedServer.start({ data, flags });
  });
  after(async () => {
    for (const driver of drivers) driver.close();
    await server?.stop();
    rmSync(data, { recursive: true, force: true });
  });
  const stageOf = (driver: Driver): Stage => new Stage(server, data, driver);
  for (const driver of drivers) {
    describe(`${name} through ${driver.name}`, { concurrency, skip: driver.missing ?? false }, () => {
      for (const { id, sentence, run } of checks) it(`${id}: ${sentence}`, () => run(stageOf(driver)));
    });
  }
  return stageOf;
};
