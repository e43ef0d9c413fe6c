import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as hsmSdk from '@aws-sdk/client-cloudhsm-v2';
import * as sdk from '@aws-sdk/client-kms';
import { clusterOwner } from '../../testing/cluster-owner.ts';
import { testServer } from '../../testing/server.ts';
import { softHsm, withoutSoftHsm } from '../../testing/softhsm.ts';

const pin = 'kmsPswd1';
const EncryptionContext = { dept: 'hr' };
const Plaintext = Buffer.from('attack at dawn');
const soft = withoutSoftHsm ? undefined : softHsm(['one', 'two'], pin);
if (soft) process.env.SOFTHSM2_CONF = soft.settings;
const hsmPkcs11 = soft && `pkcs11:?module-path=${soft.module}`;
const server = await testServer({ persistent: true, ...(hsmPkcs11 && { 'hsm-pkcs11': hsmPkcs11 }) });

describe('an AWS CloudHSM key store', { skip: withoutSoftHsm }, () => {
  const owner = clusterOwner();
  const { anchor } = owner;
  let kms = server.client(sdk.KMSClient);
  const hsm = server.client(hsmSdk.CloudHSMV2Client as never) as hsmSdk.CloudHSMV2Client;
  let CloudHsmClusterId = '';
  let CustomKeyStoreId = '';
  let KeyId = '';
  let arn = '';

  const creating = (more: Partial<sdk.CreateCustomKeyStoreCommandInput> = {}) => {
    const given = { CustomKeyStoreName: 'store', TrustAnchorCertificate: anchor, KeyStorePassword: pin };
    return kms.send(new sdk.CreateCustomKeyStoreCommand({ ...given, CloudHsmClusterId, ...more }));
  };
  const storeNow = async () =>
    (await kms.send(new sdk.DescribeCustomKeyStoresCommand({ CustomKeyStoreId }))).CustomKeyStores![0]!;
  const connect = async () => {
    await kms.send(new sdk.ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    await server.advance('1s');
    return storeNow();
  };
  const disconnect = async (): Promise<void> => {
    await kms.send(new sdk.DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    await server.advance('1s');
    assert.equal((await storeNow()).ConnectionState, 'DISCONNECTED');
  };
  const update = (input: object) => kms.send(new sdk.UpdateCustomKeyStoreCommand({ CustomKeyStoreId, ...input }));
  const stateOfKey = async () => (await kms.send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyState;
  const encrypt = async () =>
    (await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext, EncryptionContext }))).CiphertextBlob!;
  const decrypt = async (CiphertextBlob: Uint8Array, context = EncryptionContext) =>
    Buffer.from((await kms.send(new sdk.DecryptCommand({ CiphertextBlob, EncryptionContext: context }))).Plaintext!);
  const unavailable = () => ({ name: 'KMSInvalidStateException', message: `${arn} is unavailable.` });

  test('needs an active cluster with HSMs in two Availability Zones, and its trust anchor', async () => {
    const SubnetIds = ['subnet-0123abcd', 'subnet-4567abcd'];
    const made = await hsm.send(new hsmSdk.CreateClusterCommand({ HsmType: 'hsm1.medium', SubnetIds }));
    CloudHsmClusterId = made.Cluster!.ClusterId!;
    const ClusterId = CloudHsmClusterId;
    await hsm.send(new hsmSdk.CreateHsmCommand({ ClusterId, AvailabilityZone: 'us-east-1a' }));
    await assert.rejects(creating(), { name: 'CloudHsmClusterNotActiveException' });
    const { Clusters } = await hsm.send(new hsmSdk.DescribeClustersCommand({}));
    const SignedCert = owner.sign(Clusters![0]!.Certificates!.ClusterCsr!);
    const refused = { ClusterId, SignedCert, TrustAnchor: clusterOwner().anchor };
    await assert.rejects(hsm.send(new hsmSdk.InitializeClusterCommand(refused)), {
      name: 'CloudHsmInvalidRequestException',
    });
    await hsm.send(new hsmSdk.InitializeClusterCommand({ ClusterId, SignedCert, TrustAnchor: anchor }));
    await assert.rejects(creating(), { name: 'CloudHsmClusterInvalidConfigurationException' });
    await hsm.send(new hsmSdk.CreateHsmCommand({ ClusterId, AvailabilityZone: 'us-east-1b' }));
    const strange = { TrustAnchorCertificate: refused.TrustAnchor };
    await assert.rejects(creating(strange), { name: 'IncorrectTrustAnchorException' });
    CustomKeyStoreId = (await creating()).CustomKeyStoreId!;
    await assert.rejects(creating(), { name: 'CustomKeyStoreNameInUseException' });
    await assert.rejects(creating({ CustomKeyStoreName: 'other' }), { name: 'CloudHsmClusterInUseException' });
  });

  test('has a cluster whose tags need a permission of their own', async () => {
    const creator = await server.user('creator', { Effect: 'Allow', Action: 'cloudhsm:CreateCluster', Resource: '*' });
    const asCreator = server.client(hsmSdk.CloudHSMV2Client as never, creator) as hsmSdk.CloudHSMV2Client;
    const given = { HsmType: 'hsm1.medium', SubnetIds: ['subnet-01234567'] };
    const making = (tags: { TagList?: hsmSdk.Tag[] }) =>
      asCreator.send(new hsmSdk.CreateClusterCommand({ ...given, ...tags }));
    await assert.rejects(making({ TagList: [{ Key: 'team', Value: 'red' }] }), {
      name: 'AccessDeniedException',
      message: /not authorized to perform: cloudhsm:TagResource /,
    });
    const { ClusterId } = (await making({})).Cluster!;
    await hsm.send(new hsmSdk.DeleteClusterCommand({ ClusterId }));
  });

  test('has keys only while it is connected, which encrypt in the token', async () => {
    const input = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId } as const;
    await assert.rejects(kms.send(new sdk.CreateKeyCommand(input)), { name: 'CustomKeyStoreInvalidStateException' });
    assert.equal((await connect()).ConnectionState, 'CONNECTED');
    const { KeyMetadata } = await kms.send(new sdk.CreateKeyCommand(input));
    assert.equal(KeyMetadata!.CloudHsmClusterId, CloudHsmClusterId);
    assert.equal(KeyMetadata!.CurrentKeyMaterialId, undefined);
    [KeyId, arn] = [KeyMetadata!.KeyId!, KeyMetadata!.Arn!];
    const blob = await encrypt();
    assert.deepEqual(await decrypt(blob), Plaintext);
    await assert.rejects(decrypt(blob, { dept: 'it' }), { name: 'InvalidCiphertextException' });
    const data = await kms.send(new sdk.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext }));
    assert.deepEqual(await decrypt(data.CiphertextBlob!), Buffer.from(data.Plaintext!));
  });

  test('has no rotation and no key pairs', async () => {
    const unsupported = { name: 'UnsupportedOperationException' };
    await assert.rejects(kms.send(new sdk.EnableKeyRotationCommand({ KeyId })), unsupported);
    const pair = { KeyId, KeyPairSpec: 'ECC_NIST_P256' } as const;
    await assert.rejects(kms.send(new sdk.GenerateDataKeyPairCommand(pair)), unsupported);
  });

  test('makes its keys unavailable while it is disconnected, and gives them back their state', async () => {
    const blob = await encrypt();
    await kms.send(new sdk.DisableKeyCommand({ KeyId }));
    await disconnect();
    assert.equal(await stateOfKey(), 'Unavailable');
    await assert.rejects(encrypt(), unavailable());
    await kms.send(new sdk.UpdateKeyDescriptionCommand({ KeyId, Description: 'changed while away' }));
    await connect();
    assert.equal(await stateOfKey(), 'Disabled');
    await kms.send(new sdk.EnableKeyCommand({ KeyId }));
    assert.deepEqual(await decrypt(blob), Plaintext);
  });

  test('is out of reach while the device is lost, and works again by itself when it is back', async () => {
    const blob = await encrypt();
    renameSync(soft!.tokens, `${soft!.tokens}.gone`);
    await assert.rejects(decrypt(blob), unavailable());
    renameSync(`${soft!.tokens}.gone`, soft!.tokens);
    assert.deepEqual(await decrypt(blob), Plaintext);
  });

  test('fails to connect with a wrong password, and says so', async () => {
    const wrong = { KeyStorePassword: 'wrong-one' };
    await assert.rejects(update(wrong), { name: 'CustomKeyStoreInvalidStateException' });
    await disconnect();
    await update(wrong);
    const failed = await connect();
    assert.deepEqual([failed.ConnectionState, failed.ConnectionErrorCode], ['FAILED', 'INVALID_CREDENTIALS']);
    await assert.rejects(connect(), { name: 'CustomKeyStoreInvalidStateException' });
    await disconnect();
    await update({ KeyStorePassword: pin });
    assert.equal((await connect()).ConnectionState, 'CONNECTED');
  });

  test('is connected still after a restart', async () => {
    const blob = await encrypt();
    await server.restart();
    kms = server.client(sdk.KMSClient);
    assert.deepEqual(await decrypt(blob), Plaintext);
  });

  test('is deleted only when it is disconnected and has no keys, and shows no password in the journal', async () => {
    const remove = () => kms.send(new sdk.DeleteCustomKeyStoreCommand({ CustomKeyStoreId }));
    await assert.rejects(remove(), { name: 'CustomKeyStoreInvalidStateException' });
    await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await disconnect();
    assert.equal(await stateOfKey(), 'PendingDeletion');
    await assert.rejects(remove(), { name: 'CustomKeyStoreHasCMKsException' });
    await server.advance('8d');
    await remove();
    for (const name of ['ConnectCustomKeyStore', 'DisconnectCustomKeyStore', 'DeleteCustomKeyStore']) {
      const { additionalEventData } = (await server.journal(name)).at(-1)!;
      assert.deepEqual(additionalEventData, { customKeyStoreName: 'store', clusterId: CloudHsmClusterId });
    }
    assert.ok(!JSON.stringify(await server.journal()).includes(pin));
  });
});
