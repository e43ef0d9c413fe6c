import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterOwner } from '../../../src/testing/cluster-owner.ts';
import { storeBehind, type TestXksProxy } from '../../../src/testing/xks-proxy.ts';
import { type Check, refused, type Stage } from '../stage.ts';

const Plaintext = Buffer.from('kept elsewhere');
const EncryptionContext = { dept: 'hr' };
const unsupported = 'UnsupportedOperationException';
const invalidState = 'KMSInvalidStateException';

/** Waits for a connection state that comes by itself within seconds. @returns the states on the way */
const reached = async (stage: Stage, CustomKeyStoreId: string, state: string): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>();
  for (let tries = 0; tries < 200; tries++) {
    const { CustomKeyStores } = await stage.arrange('DescribeCustomKeyStores', { CustomKeyStoreId });
    seen.add(CustomKeyStores[0].ConnectionState);
    if (seen.has(state)) return seen;
    await sleep(50);
  }
  assert.fail(`${CustomKeyStoreId} did not become ${state}, but ${[...seen]}`);
};

/** What is true of every key store: it has keys that encrypt while it is connected, and nothing without it. */
const liveThrough = async (stage: Stage, CustomKeyStoreId: string, creating: object): Promise<void> => {
  const create = () => stage.call('CreateKey', { CustomKeyStoreId, ...creating });
  await refused(create(), 'CustomKeyStoreInvalidStateException');
  await stage.call('ConnectCustomKeyStore', { CustomKeyStoreId });
  const ways = await reached(stage, CustomKeyStoreId, 'CONNECTED');
  for (const way of ways) assert.ok(way === 'CONNECTING' || way === 'CONNECTED', way);

  const { KeyId, Arn, KeyState } = (await create()).KeyMetadata;
  assert.equal(KeyState, 'Enabled');
  const { CiphertextBlob } = await stage.call('Encrypt', { KeyId, Plaintext, EncryptionContext });
  const { Plaintext: opened } = await stage.call('Decrypt', { CiphertextBlob, EncryptionContext });
  assert.deepEqual(opened, Plaintext);
  await refused(stage.call('EnableKeyRotation', { KeyId }), unsupported);
  await refused(stage.call('GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }), unsupported);

  await stage.call('DisconnectCustomKeyStore', { CustomKeyStoreId });
  await reached(stage, CustomKeyStoreId, 'DISCONNECTED');
  assert.equal((await stage.call('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Unavailable');
  const unavailable = `${Arn} is unavailable.`;
  await refused(stage.call('Encrypt', { KeyId, Plaintext, EncryptionContext }), invalidState, unavailable);
  await refused(stage.call('Decrypt', { CiphertextBlob, EncryptionContext }), invalidState, unavailable);
  await refused(stage.call('DeleteCustomKeyStore', { CustomKeyStoreId }), 'CustomKeyStoreHasCMKsException');

  await stage.call('ConnectCustomKeyStore', { CustomKeyStoreId });
  await reached(stage, CustomKeyStoreId, 'CONNECTED');
  assert.deepEqual((await stage.call('Decrypt', { CiphertextBlob, EncryptionContext })).Plaintext, Plaintext);

  await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await stage.call('DisconnectCustomKeyStore', { CustomKeyStoreId });
  await reached(stage, CustomKeyStoreId, 'DISCONNECTED');
  await stage.advance(8);
  await stage.call('DeleteCustomKeyStore', { CustomKeyStoreId });
  await refused(
    stage.call('DescribeCustomKeyStores', { CustomKeyStoreId }),
    'CustomKeyStoreNotFoundException',
    `Custom key store ${CustomKeyStoreId} does not exist.`,
  );
};

/** Key stores on clusters of HSMs: each check takes a token of the device. */
export const clusterChecks = ({ anchor, sign }: ClusterOwner, KeyStorePassword: string): readonly Check[] => [
  {
    id: 'KMS-27',
    sentence: 'a key store on an active cluster of two HSMs has keys that are Unavailable while it is disconnected',
    run: async (stage) => {
      const SubnetIds = ['subnet-0123abcd', 'subnet-4567abcd'];
      const created = await stage.call('cloudhsmv2:CreateCluster', { HsmType: 'hsm1.medium', SubnetIds });
      const ClusterId = created.Cluster.ClusterId;
      const cluster = async () => {
        const { Clusters } = await stage.call('cloudhsmv2:DescribeClusters', { Filters: { clusterIds: [ClusterId] } });
        return Clusters[0];
      };
      const addHsm = (AvailabilityZone: string) => stage.call('cloudhsmv2:CreateHsm', { ClusterId, AvailabilityZone });
      await addHsm('us-east-1a');
      const SignedCert = sign((await cluster()).Certificates.ClusterCsr);
      const claim = { ClusterId, SignedCert, TrustAnchor: anchor };
      await stage.call('cloudhsmv2:InitializeCluster', claim);
      assert.equal((await cluster()).State, 'ACTIVE');

      const creating = {
        CustomKeyStoreName: `hsm-${randomUUID()}`,
        CloudHsmClusterId: ClusterId,
        TrustAnchorCertificate: anchor,
        KeyStorePassword,
      };
      await refused(stage.call('CreateCustomKeyStore', creating), 'CloudHsmClusterInvalidConfigurationException');
      await addHsm('us-east-1b');
      const { CustomKeyStoreId } = await stage.call('CreateCustomKeyStore', creating);
      const { CustomKeyStores } = await stage.call('DescribeCustomKeyStores', { CustomKeyStoreId });
      const { ConnectionState, CustomKeyStoreType, CloudHsmClusterId } = CustomKeyStores[0];
      assert.deepEqual(
        [ConnectionState, CustomKeyStoreType, CloudHsmClusterId],
        ['DISCONNECTED', 'AWS_CLOUDHSM', ClusterId],
      );
      await liveThrough(stage, CustomKeyStoreId, { Origin: 'AWS_CLOUDHSM' });
      for (const { HsmId } of (await cluster()).Hsms) await stage.call('cloudhsmv2:DeleteHsm', { ClusterId, HsmId });
      await stage.call('cloudhsmv2:DeleteCluster', { ClusterId });
    },
  },
];

/** Key stores behind a proxy: every check takes the external key that it is the last to use. */
export const proxyChecks = (proxy: TestXksProxy, XksKeyId: string): readonly Check[] => [
  {
    id: 'KMS-27',
    sentence: 'a key store behind a proxy has keys that are Unavailable while it is disconnected',
    run: async (stage) => {
      const input = storeBehind(proxy, `xks-${randomUUID()}`);
      const { CustomKeyStoreId } = await stage.call('CreateCustomKeyStore', input);
      await liveThrough(stage, CustomKeyStoreId, { Origin: 'EXTERNAL_KEY_STORE', XksKeyId });
    },
  },
];
