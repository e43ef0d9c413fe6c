import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { clusterOwner } from '../../src/testing/cluster-owner.ts';
import { testServer } from '../../src/testing/server.ts';
import { softHsm, withoutSoftHsm } from '../../src/testing/softhsm.ts';
import { testXksProxy } from '../../src/testing/xks-proxy.ts';
import { SpawnedServer } from '../spawned-server.ts';
import { clusterChecks, proxyChecks } from './checks/key-stores.ts';
import { Stage } from './stage.ts';
import { drivers } from './through-clients.ts';

const pin = 'kmsPswd1';

// The KMS that is outside: it holds the external key.
const holder = await testServer();
const { KeyMetadata } = await holder
  .client(KMSClient)
  .send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
const proxy = await testXksProxy(holder, { outside: KeyMetadata!.Arn! });
const device = withoutSoftHsm
  ? undefined
  : softHsm(
      drivers.map((_driver, at) => `token-${at}`),
      pin,
    );

let server: SpawnedServer;
const data = mkdtempSync(join(tmpdir(), 'bulwark-key-stores-'));

before(async () => {
  server = await SpawnedServer.start({
    data,
    flags: [
      '--test-endpoints',
      ...['--xks-proxy', `${new URL(proxy.endpoint).host}=https://127.0.0.1:${proxy.port}`, '--xks-ca', proxy.caFile],
      ...['--xks-timeout', '10000'],
      ...(device ? ['--hsm-pkcs11', `pkcs11:?module-path=${device.module}`] : []),
    ],
    ...(device && { env: { SOFTHSM2_CONF: device.settings } }),
  });
});

after(async () => {
  for (const driver of drivers) driver.close();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
});

// One after the other: they let days pass.
for (const driver of drivers) {
  describe(`through ${driver.name}`, { skip: driver.missing ?? false }, () => {
    for (const { id, sentence, run } of proxyChecks(proxy, 'outside')) {
      it(`${id}: ${sentence}`, () => run(new Stage(server, data, driver)));
    }
    for (const { id, sentence, run } of clusterChecks(clusterOwner(), pin)) {
      it(`${id}: ${sentence}`, { skip: withoutSoftHsm }, () => run(new Stage(server, data, driver)));
    }
  });
}
