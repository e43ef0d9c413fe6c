import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { findIamTable } from '../../model/iam-data.ts';
import { wrapFor } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';

/*
 * Every condition key that IAM's reference data list for an operation is in its requests: a user may do the operation only
 * if all of them are there, and does it.
 */

const server = await testServer();
const root = server.client(sdk.KMSClient);
const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
/** A key that has a tag and an alias. */
const named = async (name: string, input: sdk.CreateKeyCommandInput = {}) => {
  const { KeyMetadata } = await root.send(new sdk.CreateKeyCommand({ ...input, Tags }));
  const TargetKeyId = KeyMetadata!.KeyId!;
  await root.send(new sdk.CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId }));
  return TargetKeyId;
};
const KeyId = await named('app');
await named('signing', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
await named('agreeing', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
await named('mac', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });

const Message = Buffer.from('x');
const EncryptionContext = { dept: 'hr' };
const signing = { KeyId: 'alias/signing', Message, SigningAlgorithm: 'ECDSA_SHA_256' as const };
const mac = { KeyId: 'alias/mac', Message, MacAlgorithm: 'HMAC_SHA_256' as const };
const { PublicKey } = await root.send(new sdk.GetPublicKeyCommand({ KeyId: 'alias/agreeing' }));
const { Signature } = await root.send(new sdk.SignCommand(signing));
const { Mac } = await root.send(new sdk.GenerateMacCommand(mac));
const { CiphertextBlob } = await root.send(new sdk.EncryptCommand({ KeyId, Plaintext: Message, EncryptionContext }));
const rootArn = 'arn:aws:iam::111122223333:root';
const Constraints = { EncryptionContextSubset: EncryptionContext };
const grant = {
  KeyId,
  GranteePrincipal: rootArn,
  RetiringPrincipal: rootArn,
  Operations: ['Encrypt' as const],
  Constraints,
};
const newGrant = () => root.send(new sdk.CreateGrantCommand(grant));
const Statement = [{ Effect: 'Allow', Principal: { AWS: rootArn }, Action: 'kms:*', Resource: '*' }];
const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
const imported = await named('imported', { Origin: 'EXTERNAL' });
const replicated = await named('replicated', { MultiRegion: true });
await root.send(new sdk.ReplicateKeyCommand({ KeyId: replicated, ReplicaRegion: 'eu-west-1', Tags }));
await server.advance('2s');
await server
  .client(sdk.KMSClient, undefined, 'eu-west-1')
  .send(new sdk.CreateAliasCommand({ AliasName: 'alias/replicated', TargetKeyId: replicated }));
const wrapping = { KeyId: imported, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
const parameters = await root.send(new sdk.GetParametersForImportCommand(wrapping));
const toImport = {
  KeyId: imported,
  ImportToken: parameters.ImportToken,
  EncryptedKeyMaterial: wrapFor(parameters.PublicKey!, wrapping.WrappingAlgorithm, Buffer.alloc(32, 1)),
  ExpirationModel: 'KEY_MATERIAL_EXPIRES',
  ValidTo: new Date(server.running.clock.now().getTime() + 86_400_000),
};
const dataKey = { KeyId: 'alias/app', KeySpec: 'AES_256' as const, EncryptionContext };
const pair = { KeyId: 'alias/app', KeyPairSpec: 'ECC_NIST_P256' as const, EncryptionContext };

/** A request of each operation that has whatever condition keys can speak of. */
const requests: Readonly<Record<string, object>> = {
  CreateGrant: grant,
  Decrypt: { KeyId: 'alias/app', CiphertextBlob, EncryptionContext },
  DeleteImportedKeyMaterial: { KeyId: imported },
  DeriveSharedSecret: { KeyId: 'alias/agreeing', KeyAgreementAlgorithm: 'ECDH', PublicKey },
  DescribeKey: { KeyId: 'alias/app' },
  DisableKey: { KeyId: await named('idle') },
  DisableKeyRotation: { KeyId },
  EnableKey: { KeyId },
  EnableKeyRotation: { KeyId },
  Encrypt: { KeyId: 'alias/app', Plaintext: Message, EncryptionContext },
  GenerateDataKey: dataKey,
  GenerateDataKeyPair: pair,
  GenerateDataKeyPairWithoutPlaintext: pair,
  GenerateDataKeyWithoutPlaintext: dataKey,
  GenerateMac: mac,
  GetKeyLastUsage: { KeyId },
  GetKeyPolicy: { KeyId },
  GetKeyRotationStatus: { KeyId },
  GetParametersForImport: wrapping,
  GetPublicKey: { KeyId: 'alias/signing' },
  ImportKeyMaterial: toImport,
  ListGrants: { KeyId },
  ListKeyPolicies: { KeyId },
  ListKeyRotations: { KeyId },
  ListResourceTags: { KeyId },
  PutKeyPolicy: { KeyId, Policy },
  'ReEncrypt*': {
    CiphertextBlob,
    SourceKeyId: 'alias/app',
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: 'alias/app',
    DestinationEncryptionContext: EncryptionContext,
  },
  RetireGrant: { GrantToken: (await newGrant()).GrantToken },
  RevokeGrant: { KeyId, GrantId: (await newGrant()).GrantId },
  RotateKeyOnDemand: { KeyId },
  ScheduleKeyDeletion: { KeyId: await named('doomed') },
  Sign: signing,
  TagResource: { KeyId, Tags },
  UntagResource: { KeyId, TagKeys: ['other'] },
  UpdatePrimaryRegion: { KeyId: replicated, PrimaryRegion: 'eu-west-1' },
  UpdateKeyDescription: { KeyId, Description: 'new' },
  Verify: { ...signing, Signature },
  VerifyMac: { ...mac, Mac },
};

/** Keys that a request has only in a case of its own, which has its own test. */
const elsewhere: readonly RegExp[] = [
  // Requests of services: test/forward-access.test.ts.
  /^kms:ViaService$/,
  // Requests of Nitro enclaves: their attestation documents.
  /^kms:RecipientAttestation:/,
  // Multi-Region keys: multi-region.test.ts.
  /^kms:MultiRegionKeyType$/,
  // Members of CreateGrant that the API model does not have yet.
  /^kms:(GrantConstraintSourceArn|GranteeServicePrincipal|RetiringServicePrincipal)$/,
];

const exampleOf = (key: string): string =>
  key
    .replace(/\$\{EncryptionContextKey\}/, 'dept')
    .replace(/\$\{TagKey\}/, 'team')
    .replace('kms:ResourceTag', 'aws:ResourceTag');

const { actions, resources } = findIamTable('kms')!;

/** The keys of an action and those of keys in general. */
const keysOf = (action: string): readonly string[] => {
  const listed = action.endsWith('*') ? ['ReEncryptFrom', 'ReEncryptTo'] : [action];
  const keys = [...listed.flatMap((name) => actions[name]![2]), ...resources.key![1]];
  return [...new Set(keys)].filter((key) => !elsewhere.some((other) => other.test(key))).map(exampleOf);
};

const send = (client: sdk.KMSClient, operation: string, input: object): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing is bundled here, and every command is used
  const Command = sdk[`${operation.replace('*', '')}Command` as 'EncryptCommand'];
  return client.send(new Command(input as sdk.EncryptCommandInput));
};

describe('a request has every condition key that IAM lists for', () => {
  for (const [at, [operation, input]] of Object.entries(requests).entries()) {
    const keys = keysOf(operation);
    test(`${operation}: ${keys.join(' ')}`, async () => {
      const Condition = { Null: Object.fromEntries(keys.map((key) => [key, 'false'])) };
      const statement = { Effect: 'Allow', Action: `kms:${operation}`, Resource: '*', Condition };
      await send(server.client(sdk.KMSClient, await server.user(`user${at}`, statement)), operation, input);
    });
  }

  test('CreateKey', async () => {
    const keys = ['CreateKey', 'TagResource']
      .flatMap((name) => actions[name]![2])
      .filter((key) => !/MultiRegionKeyType|ViaService/.test(key))
      .map(exampleOf);
    const Condition = { Null: Object.fromEntries(keys.map((key) => [key, 'false'])) };
    const statement = { Effect: 'Allow', Action: ['kms:CreateKey', 'kms:TagResource'], Resource: '*', Condition };
    await send(server.client(sdk.KMSClient, await server.user('creator', statement)), 'CreateKey', { Tags });
  });
});
