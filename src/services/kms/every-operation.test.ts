import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { KMSClient } from '@aws-sdk/client-kms';
import { openStore } from '../../store/open.ts';
import { wrapFor } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';
import { kms as kmsService } from './index.ts';

const server = await testServer();
const root = server.client(KMSClient);
const nobody = server.client(KMSClient, await server.user('nobody'));
const { KeyId, Arn } = (await root.send(new sdk.CreateKeyCommand({}))).KeyMetadata!;
await root.send(new sdk.CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }));
const Plaintext = Buffer.from('a secret that no record may show');
const { CiphertextBlob } = await root.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
const newKey = async (input: sdk.CreateKeyCommandInput) =>
  (await root.send(new sdk.CreateKeyCommand(input))).KeyMetadata!;
const signing = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
const agreeing = await newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
const mac = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
const Message = Buffer.from('a message');
const toSign = { KeyId: signing.KeyId, SigningAlgorithm: 'ECDSA_SHA_256', Message } as const;
const { Signature } = await root.send(new sdk.SignCommand(toSign));
const { PublicKey } = await root.send(new sdk.GetPublicKeyCommand({ KeyId: agreeing.KeyId }));
const toMac = { KeyId: mac.KeyId, MacAlgorithm: 'HMAC_SHA_256', Message } as const;
const { Mac } = await root.send(new sdk.GenerateMacCommand(toMac));
const external = await newKey({ Origin: 'EXTERNAL' });
const multiRegion = await newKey({ MultiRegion: true });
const replicated = await newKey({ MultiRegion: true });
await root.send(new sdk.ReplicateKeyCommand({ KeyId: replicated.KeyId, ReplicaRegion: 'eu-west-1' }));
await server.advance('2s');
const wrapping = {
  KeyId: external.KeyId,
  WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
  WrappingKeySpec: 'RSA_2048',
} as const;
const parameters = await root.send(new sdk.GetParametersForImportCommand(wrapping));
const toImport = {
  KeyId: external.KeyId,
  ImportToken: parameters.ImportToken,
  EncryptedKeyMaterial: wrapFor(parameters.PublicKey!, wrapping.WrappingAlgorithm, Buffer.alloc(32, 1)),
  ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
};
const { Policy } = await root.send(new sdk.GetKeyPolicyCommand({ KeyId }));

/** A good request for every operation, in an order in which they work, and the error of those that never do. */
const GranteePrincipal = 'arn:aws:iam::111122223333:root';
const given = { KeyId, GranteePrincipal, Operations: ['Encrypt' as const] };
const { GrantId } = await root.send(new sdk.CreateGrantCommand(given));
const { GrantToken } = await root.send(new sdk.CreateGrantCommand(given));

const requests: readonly [name: string, input: object, fails?: string][] = [
  ['CreateKey', {}],
  ['DescribeKey', { KeyId }],
  ['ListKeys', {}],
  ['Encrypt', { KeyId, Plaintext }],
  ['Decrypt', { CiphertextBlob }],
  ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
  ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
  ['GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }],
  ['GenerateDataKeyPair', { KeyId, KeyPairSpec: 'ECC_NIST_P256' }],
  ['GenerateDataKeyPairWithoutPlaintext', { KeyId, KeyPairSpec: 'ECC_NIST_EDWARDS25519' }],
  ['GenerateRandom', { NumberOfBytes: 16 }],
  ['Sign', toSign],
  ['Verify', { ...toSign, Signature }],
  ['GenerateMac', toMac],
  ['VerifyMac', { ...toMac, Mac }],
  ['DeriveSharedSecret', { KeyId: agreeing.KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }],
  ['CreateAlias', { AliasName: 'alias/new', TargetKeyId: KeyId }],
  ['UpdateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId }],
  ['DeleteAlias', { AliasName: 'alias/app' }],
  ['ListAliases', {}],
  ['GetKeyPolicy', { KeyId }],
  ['PutKeyPolicy', { KeyId, Policy }],
  ['ListKeyPolicies', { KeyId }],
  ['TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
  ['UntagResource', { KeyId, TagKeys: ['a'] }],
  ['ListResourceTags', { KeyId }],
  ['UpdateKeyDescription', { KeyId, Description: 'new' }],
  ['EnableKeyRotation', { KeyId }],
  ['DisableKeyRotation', { KeyId }],
  ['GetKeyRotationStatus', { KeyId }],
  ['RotateKeyOnDemand', { KeyId }],
  ['ListKeyRotations', { KeyId }],
  ['GetKeyLastUsage', { KeyId }],
  ['GetPublicKey', { KeyId: signing.KeyId }],
  ['CreateGrant', given],
  ['ListGrants', { KeyId }],
  ['ListRetirableGrants', { RetiringPrincipal: GranteePrincipal }],
  ['RevokeGrant', { KeyId, GrantId }],
  ['RetireGrant', { GrantToken }],
  ['GetParametersForImport', wrapping],
  ['ImportKeyMaterial', toImport],
  ['DeleteImportedKeyMaterial', { KeyId: external.KeyId }],
  ['ReplicateKey', { KeyId: multiRegion.KeyId, ReplicaRegion: 'eu-west-1' }],
  ['UpdatePrimaryRegion', { KeyId: replicated.KeyId, PrimaryRegion: 'eu-west-1' }],
  ['CreateCustomKeyStore', { CustomKeyStoreName: 'store' }, 'ValidationException'],
  ['DescribeCustomKeyStores', {}],
  ['ConnectCustomKeyStore', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreNotFoundException'],
  ['UpdateCustomKeyStore', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreNotFoundException'],
  ['DisconnectCustomKeyStore', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreNotFoundException'],
  ['DeleteCustomKeyStore', { CustomKeyStoreId: 'cks-1' }, 'CustomKeyStoreNotFoundException'],
  ['DisableKey', { KeyId }],
  ['EnableKey', { KeyId }],
  ['ScheduleKeyDeletion', { KeyId }],
  ['CancelKeyDeletion', { KeyId }],
];

const withoutKey = [
  ...['Connect', 'Create', 'Delete', 'Disconnect', 'Update'].map((verb) => `${verb}CustomKeyStore`),
  'DescribeCustomKeyStores',
  'ListKeys',
  'ListAliases',
  'ListRetirableGrants',
  'GenerateRandom',
];

/** Operations that do not answer the key that they changed, and are journalled with its ARN. */
const silent = [
  ...['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'PutKeyPolicy', 'UpdateKeyDescription', 'TagResource'],
  ...['UntagResource', 'RetireGrant', 'RevokeGrant', 'DisableKey', 'EnableKey', 'EnableKeyRotation'],
  ...['DisableKeyRotation', 'UpdatePrimaryRegion', 'CreateGrant'],
];

const send = (client: KMSClient, name: string, input: object): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing is bundled here, and every command is used
  const Command = sdk[`${name}Command` as 'EncryptCommand'];
  return client.send(new Command(input as sdk.EncryptCommandInput));
};

test('every operation of the service is asked below', async () => {
  const store = await openStore({ data: ':memory:' });
  const { operations } = kmsService({ store, principals: { toStored: () => undefined, toDisplayed: (_tx, id) => id } });
  assert.deepEqual(operations.map(({ name }) => name).sort(), requests.map(([name]) => name).sort());
  await store.close();
});

for (const [name, input, fails] of requests) {
  describe(name, () => {
    test('is denied to a user without permission, and the denial is journalled', async () => {
      await assert.rejects(send(nobody, name, input), { name: 'AccessDeniedException' });
      const record = (await server.journal(name)).at(-1)!;
      assert.equal(record.errorCode, 'AccessDenied');
      assert.equal(record.userIdentity.arn, 'arn:aws:iam::111122223333:user/nobody');
    });

    test(fails ? `answers ${fails}` : 'works, and is journalled with its resources', async () => {
      let made: string | undefined;
      if (fails) await assert.rejects(send(root, name, input), { name: fails });
      else made = ((await send(root, name, input)) as sdk.CreateKeyCommandOutput).KeyMetadata?.Arn;
      const record = (await server.journal(name)).at(-1)!;
      assert.deepEqual([record.errorCode, record.eventSource], [fails, 'kms.amazonaws.com']);
      const arns = (record.resources ?? []).map(({ ARN }) => ARN);
      if (silent.includes(name)) {
        const { keyId } = record.responseElements as { readonly keyId: string };
        assert.ok(/:us-east-1:.*:key\//.test(keyId) && arns.includes(keyId), keyId);
      }
      if (withoutKey.includes(name)) assert.deepEqual(arns, []);
      else
        assert.ok(
          [made ?? Arn, signing.Arn, agreeing.Arn, mac.Arn, external.Arn, multiRegion.Arn, replicated.Arn].some((arn) =>
            arns.includes(arn!),
          ),
          JSON.stringify(arns),
        );
    });
  });
}

test('no journal record shows a plaintext or a ciphertext', async () => {
  const journal = JSON.stringify(await server.journal());
  for (const secret of [Plaintext, Buffer.from(CiphertextBlob!)]) {
    for (const encoding of ['base64', 'hex', 'latin1'] as const)
      assert.ok(!journal.includes(secret.toString(encoding)));
  }
});

test('GetPublicKey of a symmetric key says why there is none', () =>
  assert.rejects(root.send(new sdk.GetPublicKeyCommand({ KeyId })), {
    name: 'UnsupportedOperationException',
    message: `${Arn} key spec is SYMMETRIC_DEFAULT which is not valid for GetPublicKey.`,
  }));
