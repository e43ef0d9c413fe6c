import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { Quota } from '../src/kernel/quota.ts';
import { customKeyStoreRate, rates } from '../src/services/kms/request-quotas.ts';
import { quotas } from '../src/services/kms/resource-quotas.ts';
import { AppliedQuotas } from '../src/services/service-quotas/applied-quotas.ts';
import { testServer } from '../src/testing/server.ts';
import { storeBehind, testXksProxy } from '../src/testing/xks-proxy.ts';

const [account, otherAccount] = ['111122223333', '444455556666'];
const Plaintext = Buffer.from('x');
const tooFast = {
  name: 'ThrottlingException',
  message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
};
/** One request in 1,000 seconds: no interval ends while a test runs. */
const one = 0.001;

const holder = await testServer();
const { KeyMetadata: external } = await holder
  .client(sdk.KMSClient)
  .send(new sdk.CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
const hosts = ['one.example.com', 'two.example.com'];
const proxies = await Promise.all(hosts.map((host) => testXksProxy(holder, { outside: external!.Arn! }, { host })));
const directory = mkdtempSync(join(tmpdir(), 'bulwark-ca-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const authorities = join(directory, 'authorities.pem');
writeFileSync(authorities, proxies.map(({ caFile }) => readFileSync(caFile, 'utf8')).join(''));

const [accessKeyId, secretAccessKey] = ['AKIAOTHERACCOUNTSUSER', 'other-accounts-secret-access-key-0123456789'];
const allowed = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
});
const elsewhere = {
  account: otherAccount,
  name: 'bob',
  accessKeys: [{ id: accessKeyId, secret: secretAccessKey }],
  policies: { all: allowed },
};
const server = await testServer({
  throttling: 'on',
  'xks-proxy': proxies.map(({ port }, at) => `${hosts[at]}=https://127.0.0.1:${port}`).join(),
  'xks-ca': authorities,
  'xks-timeout': '10000',
  seedText: JSON.stringify({ users: [elsewhere] }),
});
const kms = server.client(sdk.KMSClient);
const applied = new AppliedQuotas();
const setQuota = (quota: Quota, value: number, region = 'us-east-1') =>
  server.running.store.transact((tx) => applied.apply(tx, quota, account!, region, value));
const quotaOf = (operation: string): Quota => rates.find(({ name }) => name === `${operation} request rate`)!;

/** @returns id of a key in a connected key store of its own */
const keyBehind = async (proxy: (typeof proxies)[number]): Promise<string> => {
  const { CustomKeyStoreId } = await kms.send(new sdk.CreateCustomKeyStoreCommand(storeBehind(proxy, proxy.endpoint)));
  await kms.send(new sdk.ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
  await server.advance('1s');
  const everybody = { Effect: 'Allow', Principal: { AWS: [account, otherAccount] }, Action: 'kms:*', Resource: '*' };
  const { KeyMetadata } = await kms.send(
    new sdk.CreateKeyCommand({
      Origin: 'EXTERNAL_KEY_STORE',
      CustomKeyStoreId,
      XksKeyId: 'outside',
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [everybody] }),
    }),
  );
  return KeyMetadata!.Arn!;
};

describe('the request quota of a custom key store', async () => {
  const [here, there] = [await keyBehind(proxies[0]!), await keyBehind(proxies[1]!)];
  const { KeyMetadata } = await kms.send(new sdk.CreateKeyCommand({}));
  await setQuota(customKeyStoreRate, one);
  const { CiphertextBlob } = await kms.send(new sdk.EncryptCommand({ KeyId: here, Plaintext }));

  it('is 1,800 cryptographic operations a second, and Service Quotas does not list it', async () => {
    assert.deepEqual([customKeyStoreRate.value, customKeyStoreRate.adjustable], [1800, false]);
    const client = server.client(ServiceQuotasClient);
    const { Quotas } = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'kms', MaxResults: 100 }));
    assert.ok(Quotas!.length > 50);
    assert.ok(Quotas!.every(({ QuotaCode }) => QuotaCode !== customKeyStoreRate.code));
  });

  it('is shared by the cryptographic operations on its keys', async () => {
    const key = { KeyId: here };
    for (const command of [
      new sdk.EncryptCommand({ ...key, Plaintext }),
      new sdk.DecryptCommand({ CiphertextBlob }),
      new sdk.GenerateDataKeyCommand({ ...key, KeySpec: 'AES_256' }),
      new sdk.GenerateDataKeyWithoutPlaintextCommand({ ...key, KeySpec: 'AES_256' }),
      new sdk.ReEncryptCommand({ CiphertextBlob, DestinationKeyId: KeyMetadata!.KeyId }),
    ])
      await assert.rejects(kms.send(command as sdk.EncryptCommand), tooFast);
  });

  it('is shared by the accounts that use its keys', async () => {
    const other = server.client(sdk.KMSClient, { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! });
    await assert.rejects(other.send(new sdk.EncryptCommand({ KeyId: here, Plaintext })), tooFast);
  });

  it('is told by metrics, store by store', async () => {
    const text = await (await fetch(`${server.url}/_bulwark/metrics`)).text();
    const line =
      /^bulwark_throttled_requests_total\{service="kms",operation="Encrypt",quota="([^"]+)",of="(cks-\w+)"} (\d+)$/m;
    const [, quota, , count] = line.exec(text)!;
    assert.deepEqual([quota, count], [customKeyStoreRate.name, '2']);
  });

  it('leaves alone the management of its keys, other key stores and all other keys', async () => {
    await kms.send(new sdk.DescribeKeyCommand({ KeyId: here }));
    await kms.send(new sdk.UpdateKeyDescriptionCommand({ KeyId: here, Description: 'd' }));
    await kms.send(new sdk.EncryptCommand({ KeyId: there, Plaintext }));
    await kms.send(new sdk.EncryptCommand({ KeyId: KeyMetadata!.KeyId, Plaintext }));
  });
});

it('an account has ten key stores in a Region', async () => {
  assert.equal(quotas.customKeyStores.value, 10);
  const { CustomKeyStores } = await kms.send(new sdk.DescribeCustomKeyStoresCommand({}));
  await setQuota(quotas.customKeyStores, CustomKeyStores!.length);
  await assert.rejects(keyBehind({ ...proxies[0]!, endpoint: 'https://three.example.com' }), {
    name: 'LimitExceededException',
  });
});

describe('operations in two Regions', () => {
  const newKey = async (): Promise<string> =>
    (await kms.send(new sdk.CreateKeyCommand({ MultiRegion: true }))).KeyMetadata!.KeyId!;

  it('ReplicateKey counts as two CreateKey requests in the Region of the replica', async () => {
    const KeyId = await newKey();
    await setQuota(quotaOf('CreateKey'), one, 'eu-west-1');
    const replicating = new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' });
    await assert.rejects(kms.send(replicating), tooFast);
    await assert.rejects(
      server.client(sdk.KMSClient, undefined, 'eu-west-1').send(new sdk.CreateKeyCommand({})),
      tooFast,
    );
    await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-2' }));
  });

  it('UpdatePrimaryRegion counts as a request in each of the two Regions', async () => {
    const away = 'ap-south-1';
    const KeyId = await newKey();
    await kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: away }));
    await server.advance('2s');
    await setQuota(quotaOf('UpdatePrimaryRegion'), one, away);
    await kms.send(new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: away }));
    await server.advance('2s');
    const back = new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: 'us-east-1' });
    await assert.rejects(server.client(sdk.KMSClient, undefined, away).send(back), tooFast);
  });
});
