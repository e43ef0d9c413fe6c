import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clusterOwner } from '../../src/testing/cluster-owner.ts';
import { rootCredentials, testServer } from '../../src/testing/server.ts';
import { softHsm, withoutSoftHsm } from '../../src/testing/softhsm.ts';
import { testXksProxy } from '../../src/testing/xks-proxy.ts';
import type { Target } from './driver.ts';
import { awsCli } from './drivers/aws-cli.ts';
import { sdk } from './drivers/sdk.ts';
import { appliedExample, skip } from './terraform.ts';

const password = 'kmsPswd1';

/** @returns an active cluster of two HSMs, as the example takes it */
const newCluster = async (target: Target): Promise<object> => {
  const { anchor, sign } = clusterOwner();
  const input = { HsmType: 'hsm1.medium', SubnetIds: ['subnet-0123abcd', 'subnet-4567abcd'] };
  const { ClusterId } = (await sdk.call('cloudhsmv2:CreateCluster', input, target)).Cluster;
  for (const AvailabilityZone of ['us-east-1a', 'us-east-1b'])
    await sdk.call('cloudhsmv2:CreateHsm', { ClusterId, AvailabilityZone }, target);
  const { Clusters } = await sdk.call('cloudhsmv2:DescribeClusters', {}, target);
  const SignedCert = sign(Clusters[0].Certificates.ClusterCsr);
  await sdk.call('cloudhsmv2:InitializeCluster', { ClusterId, SignedCert, TrustAnchor: anchor }, target);
  return { id: ClusterId, trust_anchor: anchor, password };
};

it('Terraform makes key stores of both kinds with a key in each, changes them, and takes them away', {
  skip: skip || withoutSoftHsm || (awsCli.missing ?? false),
}, async (t) => {
  const holder = await testServer();
  const outer = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' };
  const held = { url: holder.url, region: 'us-east-1', credentials: rootCredentials };
  const { KeyMetadata } = await sdk.call('CreateKey', outer, held);
  const proxy = await testXksProxy(holder, { outside: KeyMetadata.Arn });
  const device = softHsm(['cluster'], password);
  const terraform = await appliedExample(t, 'terraform-key-stores', {
    server: {
      flags: [
        ...['--test-endpoints', '--hsm-pkcs11', `pkcs11:?module-path=${device.module}`],
        ...['--xks-proxy', `${new URL(proxy.endpoint).host}=https://127.0.0.1:${proxy.port}`],
        ...['--xks-ca', proxy.caFile, '--xks-timeout', '10000'],
      ],
      env: { SOFTHSM2_CONF: device.settings },
    },
    variables: async (target) => ({
      cluster: await newCluster(target),
      proxy: {
        endpoint: proxy.endpoint,
        path: proxy.path,
        access_key_id: proxy.credential.AccessKeyId,
        secret_access_key: proxy.credential.RawSecretAccessKey,
        key_id: 'outside',
      },
    }),
  });
  const { target } = terraform;
  const { hsm_connection, hsm_store, outside_store, hsm_key, outside_key } = await terraform.outputs();
  assert.equal(hsm_connection, 'CONNECTED');
  const keyOf = async (KeyId: string | undefined) => (await sdk.call('DescribeKey', { KeyId }, target)).KeyMetadata;
  const origins = [(await keyOf(hsm_key)).Origin, (await keyOf(outside_key)).Origin];
  assert.deepEqual(origins, ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']);
  const Plaintext = Buffer.from('made by Terraform');
  for (const KeyId of ['alias/on-hsms', outside_key]) {
    const { CiphertextBlob } = await sdk.call('Encrypt', { KeyId, Plaintext }, target);
    assert.deepEqual((await sdk.call('Decrypt', { CiphertextBlob }, target)).Plaintext, Plaintext);
  }

  await terraform.change(
    ['its material never leaves', 'the material of it never leaves'],
    ['team = "security"', 'team = "platform"'],
    ['"on our HSMs"', '"on HSMs of ours"'],
    ['"in our own hands"', '"in nobody else’s hands"'],
  );
  assert.match((await keyOf(hsm_key)).Description, /^the material of it/);
  const storeOf = async (CustomKeyStoreId: string | undefined) =>
    (await sdk.call('DescribeCustomKeyStores', { CustomKeyStoreId }, target)).CustomKeyStores[0];
  assert.equal((await storeOf(outside_store)).CustomKeyStoreName, 'in nobody else’s hands');
  const { ConnectionState, CustomKeyStoreName } = await storeOf(hsm_store);
  assert.deepEqual([ConnectionState, CustomKeyStoreName], ['CONNECTED', 'on HSMs of ours']);

  const keys = ['-target=aws_kms_key.hsm', '-target=aws_kms_key.outside'];
  await terraform.run('destroy', '-no-color', '-auto-approve', ...keys);
  assert.equal((await keyOf(outside_key)).KeyState, 'PendingDeletion');
  const body = JSON.stringify({ advance: '8d' });
  assert.equal((await fetch(`${target.url}/_bulwark/clock`, { method: 'POST', body })).status, 200);
  await terraform.run('destroy', '-no-color', '-auto-approve');
  const { CustomKeyStores } = await sdk.call('DescribeCustomKeyStores', {}, target);
  assert.deepEqual(CustomKeyStores, []);
});
