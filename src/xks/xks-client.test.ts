import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { testServer } from '../testing/server.ts';
import { type TestXksProxy, testXksProxy } from '../testing/xks-proxy.ts';
import { checkHealth } from './external-key.ts';
import { XksClient, type XksExchange, type XksNetwork } from './xks-client.ts';
import { XksError } from './xks-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'bulwark-mtls-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const openssl = (...args: string[]): void => {
  const key = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];
  execFileSync('openssl', ['req', ...key, ...args], { cwd: directory, stdio: 'ignore' });
};
const pem = (name: string): string => readFileSync(join(directory, name), 'utf8');

/** @returns certificate of a client, and its key */
const newClient = (authority: string, name: string) => {
  const by = ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`];
  const purpose = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'extendedKeyUsage=clientAuth'];
  openssl(...by, ...purpose, '-subj', `/CN=${name}`, '-keyout', 'client.key', '-out', 'client.crt');
  return { cert: pem('client.crt'), key: pem('client.key') };
};

const holder = await testServer();
const { KeyMetadata } = await holder
  .client(sdk.KMSClient)
  .send(new sdk.CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
const keys = { outside: KeyMetadata!.Arn! };

/** Asks a proxy for its health. @returns what was seen of it */
const asking = (t: TestContext, proxy: TestXksProxy, more: Partial<XksNetwork> = {}) => {
  const exchanges: XksExchange[] = [];
  const network = {
    proxies: new Map([['xks.example.com', new URL(`https://127.0.0.1:${proxy.port}`)]]),
    ca: readFileSync(proxy.caFile, 'utf8'),
    timeoutMs: 10_000,
    ...more,
  };
  const client = new XksClient(network, (exchange) => exchanges.push(exchange));
  t.after(() => client.close());
  const { AccessKeyId: accessKeyId, RawSecretAccessKey: secretAccessKey } = proxy.credential;
  const place = { storeId: 'cks-1', endpoint: proxy.endpoint, path: proxy.path, region: 'us-east-1' };
  const asked = { ...place, accessKeyId, secretAccessKey, credentialSince: 0 };
  const ask = () => checkHealth(client, asked, { kmsOperation: 'KmsHealthCheck', kmsRequestId: 'a' });
  return { ask, exchanges };
};

describe('the client of XKS proxies', () => {
  it('keeps its connection from one request to the next', async (t) => {
    const proxy = await testXksProxy(holder, keys);
    let connections = 0;
    const between = createServer((socket) => {
      connections++;
      const onward = connect(proxy.port, '127.0.0.1');
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const)
        from.on('error', () => to.destroy()).pipe(to);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    t.after(() => between.close());
    const { port } = between.address() as AddressInfo;
    const { ask, exchanges } = asking(t, { ...proxy, port });
    for (let count = 0; count < 4; count++) await ask();
    assert.equal(connections, 1);
    assert.deepEqual(
      exchanges.map(({ certificate }) => certificate?.name),
      ['Bulwark', undefined, undefined, undefined],
    );
    await proxy.stop();
    await proxy.start();
    await ask();
    assert.equal(connections, 2);
  });

  it('tells how every request ended', async (t) => {
    const proxy = await testXksProxy(holder, keys);
    const { ask, exchanges } = asking(t, proxy);
    await ask();
    await proxy.stop();
    await assert.rejects(ask(), XksError);
    const told = exchanges.map(({ operation, kmsOperation, problem }) => [operation, kmsOperation, problem]);
    assert.deepEqual(told, [
      ['GetHealthStatus', 'KmsHealthCheck', undefined],
      ['GetHealthStatus', 'KmsHealthCheck', 'unreachable'],
    ]);
    for (const { seconds } of exchanges) assert.ok(seconds > 0 && seconds < 10);
  });
});

describe('a proxy that asks for a certificate', async () => {
  for (const name of ['owner', 'other'])
    openssl('-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.crt`);
  const name = 'cks.kms.us-east-1.amazonaws.com';
  const proxy = await testXksProxy(holder, keys, { clients: { ca: pem('owner.crt'), names: [name] } });

  it('answers who shows one of its authority, for the name of KMS', async (t) => {
    const { ask, exchanges } = asking(t, proxy, { identity: newClient('owner', name) });
    await ask();
    // Two more connections, which may resume the session of the first one.
    await Promise.all([ask(), ask(), ask()]);
    assert.equal(exchanges.length, 4);
  });

  for (const [who, identity] of [
    ['nothing', undefined],
    ['one of another authority', newClient('other', name)],
    ['one for another name', newClient('owner', 'cks.kms.eu-west-1.amazonaws.com')],
  ] as const) {
    it(`does not answer who shows ${who}`, async (t) => {
      const { ask } = asking(t, proxy, identity && { identity });
      await assert.rejects(ask(), XksError);
    });
  }
});
