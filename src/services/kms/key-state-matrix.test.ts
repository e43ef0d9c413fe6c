import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { openStore } from '../../store/open.ts';
import { importInto, wrapFor } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';
import { storeBehind, testXksProxy } from '../../testing/xks-proxy.ts';
import { kms as kmsService } from './index.ts';

/*
 * What every operation answers for a key in every state, asked as a client: KMS developer guide, "Key states of AWS KMS
 * keys". A letter is what is refused and how; they are those of `answers`. A column more is an entry in `states`, a row more
 * one in `rows`; a test below finds the operations that have none.
 */

/** As many external keys as there are keys in the key store, and behind all of them one. */
const externalKeyIds = Array.from({ length: 100 }, (_, at) => `external-${at}`);
const holder = await testServer();
const { KeyMetadata: externalKey } = await holder
  .client(sdk.KMSClient)
  .send(new sdk.CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
const proxy = await testXksProxy(holder, Object.fromEntries(externalKeyIds.map((id) => [id, externalKey!.Arn!])));
const server = await testServer({
  'xks-proxy': `${new URL(proxy.endpoint).host}=https://127.0.0.1:${proxy.port}`,
  'xks-ca': proxy.caFile,
  'xks-timeout': '10000',
});
const [home, away] = ['us-east-1', 'eu-west-1'] as const;
type Region = typeof home | typeof away;
const clients = { [home]: server.client(sdk.KMSClient), [away]: server.client(sdk.KMSClient, undefined, away) };
const kms = clients[home];

/** Kinds of keys that the operations are for. */
const kinds = {
  symmetric: {},
  signing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  agreeing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
  mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  imported: { Origin: 'EXTERNAL' },
  primary: { MultiRegion: true },
  /** A primary key that has a replica. */
  replicated: { MultiRegion: true },
} as const satisfies Record<string, sdk.CreateKeyCommandInput>;
type Kind = keyof typeof kinds;

interface Key {
  readonly KeyId: string;
  readonly Arn: string;
  /** What was imported into it, if anything. */
  readonly material: Buffer | undefined;
}

const newKey = async (kind: Kind = 'symmetric', input: sdk.CreateKeyCommandInput = {}): Promise<Key> => {
  const { KeyMetadata } = await kms.send(new sdk.CreateKeyCommand({ ...kinds[kind], ...input }));
  const { KeyId, Arn, Origin } = KeyMetadata as { KeyId: string; Arn: string; Origin: string };
  const material = Origin === 'EXTERNAL' ? newMaterial(kind) : undefined;
  if (material) await importInto(kms, KeyId, material);
  return { KeyId, Arn, material };
};

const newMaterial = (kind: Kind): Buffer => {
  if (kind !== 'signing' && kind !== 'agreeing') return randomBytes(32);
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'pkcs8' });
};

const { CustomKeyStoreId } = await kms.send(new sdk.CreateCustomKeyStoreCommand(storeBehind(proxy, 'outside')));
/** A key in the key store, which is connected for that. */
const newKeyInStore = async (): Promise<Key> => {
  await kms.send(new sdk.ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
  await server.advance('1s');
  const XksKeyId = externalKeyIds.pop()!;
  return newKey('symmetric', { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId, XksKeyId });
};
const disconnect = async (): Promise<void> => {
  await kms.send(new sdk.DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }));
  await server.advance('1s');
};

const replicate = ({ KeyId }: Key) => kms.send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: away }));
/** A replica that can be used. */
const replicateWhole = async (key: Key, kind: Kind): Promise<void> => {
  if (kind !== 'replicated') {
    await replicate(key);
    await server.advance('2s');
  }
  if (key.material) await importInto(clients[away], key.KeyId, key.material);
};

/** A column: how a key gets into the state. */
interface State {
  readonly name: string;
  /** What a key needs to be able to. */
  readonly input?: sdk.CreateKeyCommandInput;
  /** Where the key is that is in it; absent: at home. */
  readonly region?: Region;
  readonly reach: (key: Key, kind: Kind) => Promise<unknown>;
  /** Makes the only keys that get into it, whatever kind an operation is for; absent: those of its kind do. */
  readonly only?: () => Promise<Key>;
}

const states: readonly State[] = [
  { name: 'Enabled', reach: async () => undefined },
  { name: 'Disabled', reach: ({ KeyId }) => kms.send(new sdk.DisableKeyCommand({ KeyId })) },
  { name: 'PendingDeletion', reach: ({ KeyId }) => kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId })) },
  {
    name: 'PendingReplicaDeletion',
    input: { MultiRegion: true },
    reach: async (key, kind) => {
      await replicateWhole(key, kind);
      await kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId: key.KeyId }));
    },
  },
  {
    name: 'PendingImport',
    input: { Origin: 'EXTERNAL' },
    reach: ({ KeyId }) => kms.send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId })),
  },
  {
    name: 'Unavailable',
    reach: disconnect,
    only: newKeyInStore,
  },
  {
    name: 'Creating',
    input: { MultiRegion: true },
    region: away,
    reach: async (key, kind) => (kind === 'replicated' ? undefined : replicate(key)),
  },
  {
    name: 'Updating',
    input: { MultiRegion: true },
    reach: async (key, kind) => {
      await replicateWhole(key, kind);
      await kms.send(new sdk.UpdatePrimaryRegionCommand({ KeyId: key.KeyId, PrimaryRegion: away }));
    },
  },
];

const answers: Readonly<Record<string, (arn: string) => object | undefined>> = {
  '-': () => undefined,
  D: (arn) => ({ name: 'DisabledException', message: `${arn} is disabled.` }),
  P: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is pending deletion.` }),
  I: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is pending import.` }),
  C: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is creating.` }),
  G: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is updating.` }),
  V: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is unavailable.` }),
  N: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is not pending deletion.` }),
  /** Keys in a custom key store have one material, of one Region, that never rotates, and no public key. */
  O: (arn) => ({
    name: 'UnsupportedOperationException',
    message: `${arn} origin is EXTERNAL_KEY_STORE which is not valid for this operation.`,
  }),
  M: (arn) => ({ name: 'UnsupportedOperationException', message: `${arn} is not a multi-Region primary key.` }),
  S: (arn) => ({
    name: 'UnsupportedOperationException',
    message: `${arn} key spec is SYMMETRIC_DEFAULT which is not valid for GetPublicKey.`,
  }),
  /** A key that waits for its material is not rotated by itself. */
  E: (arn) => ({
    name: 'UnsupportedOperationException',
    message: `${arn} origin is EXTERNAL which is not valid for this operation.`,
  }),
};

/** What a request about a key may need that was made while the key was enabled. */
interface Made {
  readonly KeyId: string;
  readonly ciphertext: Uint8Array | undefined;
  readonly grant: sdk.CreateGrantCommandOutput | undefined;
  readonly alias: string;
  readonly other: string;
  /** What ImportKeyMaterial needs. */
  readonly parameters: object | undefined;
}

const Plaintext = Buffer.from('x');
const signing = { Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' as const };
const mac = { Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' as const };
const root = 'arn:aws:iam::111122223333:root';
const peer = await newKey('agreeing');
const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId: peer.KeyId }));
const Statement = [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' }];
const Policy = JSON.stringify({ Version: '2012-10-17', Statement });

/** Operation, its row of the matrix, and its request. */
const rows: readonly [operation: string, row: string, input: (made: Made) => object, kind?: Kind, variant?: string][] =
  [
    ['CancelKeyDeletion', 'N N - - N N N N', ({ KeyId }) => ({ KeyId })],
    ['CreateAlias', '- - P P - - - -', ({ KeyId }) => ({ AliasName: `alias/new-${KeyId}`, TargetKeyId: KeyId })],
    ['CreateGrant', '- D P P I - - -', ({ KeyId }) => ({ KeyId, GranteePrincipal: root, Operations: ['DescribeKey'] })],
    ['Decrypt', '- D P P I V C -', ({ ciphertext }) => ({ CiphertextBlob: ciphertext })],
    ['DeleteAlias', '- - - - - - - -', ({ alias }) => ({ AliasName: alias })],
    ['DeleteImportedKeyMaterial', '- - - - - O C G', ({ KeyId }) => ({ KeyId }), 'imported'],
    [
      'DeriveSharedSecret',
      '- D P P I V C -',
      ({ KeyId }) => ({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }),
      'agreeing',
    ],
    ['DescribeKey', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['DisableKey', '- - P P I - C G', ({ KeyId }) => ({ KeyId })],
    ['DisableKeyRotation', '- D P P E O C G', ({ KeyId }) => ({ KeyId })],
    ['EnableKey', '- - P P I - C G', ({ KeyId }) => ({ KeyId })],
    ['EnableKeyRotation', '- D P P E O C G', ({ KeyId }) => ({ KeyId })],
    ['Encrypt', '- D P P I V C -', ({ KeyId }) => ({ KeyId, Plaintext })],
    ['GenerateDataKey', '- D P P I V C -', ({ KeyId }) => ({ KeyId, KeySpec: 'AES_256' })],
    ['GenerateDataKeyPair', '- D P P I V C -', ({ KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })],
    [
      'GenerateDataKeyPairWithoutPlaintext',
      '- D P P I V C -',
      ({ KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
    ],
    ['GenerateDataKeyWithoutPlaintext', '- D P P I V C -', ({ KeyId }) => ({ KeyId, KeySpec: 'AES_256' })],
    ['GenerateMac', '- D P P I V C -', ({ KeyId }) => ({ KeyId, ...mac }), 'mac'],
    ['GetKeyLastUsage', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['GetKeyPolicy', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['GetKeyRotationStatus', '- - - - - O - -', ({ KeyId }) => ({ KeyId })],
    ['GetParametersForImport', '- - P P - O C G', ({ KeyId }) => ({ KeyId, ...wrapping }), 'imported'],
    ['GetPublicKey', '- D P P I S C -', ({ KeyId }) => ({ KeyId }), 'signing'],
    ['ImportKeyMaterial', '- - P P - O C G', ({ KeyId, parameters }) => ({ KeyId, ...parameters }), 'imported'],
    ['ListAliases', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['ListGrants', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['ListKeyPolicies', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['ListKeyRotations', '- - - - - O - -', ({ KeyId }) => ({ KeyId })],
    ['ListResourceTags', '- - - - - - - -', ({ KeyId }) => ({ KeyId })],
    ['PutKeyPolicy', '- - - - - - - -', ({ KeyId }) => ({ KeyId, Policy })],
    [
      'ReEncrypt',
      '- D P P I V C -',
      ({ ciphertext, other }) => ({ CiphertextBlob: ciphertext, DestinationKeyId: other }),
      'symmetric',
      'source',
    ],
    [
      'ReEncrypt',
      '- D P P I V C -',
      ({ KeyId, other }) => ({ CiphertextBlob: sealed.get(other), DestinationKeyId: KeyId }),
      'symmetric',
      'destination',
    ],
    ['ReplicateKey', '- D P P I M C G', ({ KeyId }) => ({ KeyId, ReplicaRegion: 'ap-south-1' }), 'primary'],
    ['RetireGrant', '- - - - - - - -', ({ grant }) => ({ GrantToken: grant?.GrantToken })],
    ['RevokeGrant', '- - - - - - - -', ({ KeyId, grant }) => ({ KeyId, GrantId: grant?.GrantId })],
    ['RotateKeyOnDemand', '- D P P I O C G', ({ KeyId }) => ({ KeyId })],
    ['ScheduleKeyDeletion', '- - P P - - C G', ({ KeyId }) => ({ KeyId })],
    ['Sign', '- D P P I V C -', ({ KeyId }) => ({ KeyId, ...signing }), 'signing'],
    ['TagResource', '- - P P - - - -', ({ KeyId }) => ({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })],
    ['UntagResource', '- - P P - - - -', ({ KeyId }) => ({ KeyId, TagKeys: ['a'] })],
    [
      'UpdateAlias',
      '- - - - - - - -',
      ({ alias, other }) => ({ AliasName: alias, TargetKeyId: other }),
      'symmetric',
      'from the key',
    ],
    [
      'UpdateAlias',
      '- - P P - - - -',
      ({ KeyId }) => ({ AliasName: 'alias/other', TargetKeyId: KeyId }),
      'symmetric',
      'to the key',
    ],
    ['UpdateKeyDescription', '- - P P - - - -', ({ KeyId }) => ({ KeyId, Description: 'new' })],
    ['UpdatePrimaryRegion', '- D P P I M C G', ({ KeyId }) => ({ KeyId, PrimaryRegion: away }), 'replicated'],
    [
      'Verify',
      '- D P P I V C -',
      ({ KeyId }) => ({ KeyId, ...signing, Signature: made.signature ?? Plaintext }),
      'signing',
    ],
    ['VerifyMac', '- D P P I V C -', ({ KeyId }) => ({ KeyId, ...mac, Mac: made.mac ?? Plaintext }), 'mac'],
  ];

/** Operations that are about no one key. */
const keyless = [
  ...['Connect', 'Create', 'Delete', 'Disconnect', 'Update'].map((verb) => `${verb}CustomKeyStore`),
  'DescribeCustomKeyStores',
  'CreateKey',
  'GenerateRandom',
  'ListKeys',
  'ListRetirableGrants',
];

const other = await newKey();
await kms.send(new sdk.CreateAliasCommand({ AliasName: 'alias/other', TargetKeyId: other.KeyId }));
/** A key beside the replicas. */
const otherAway = (await clients[away].send(new sdk.CreateKeyCommand({}))).KeyMetadata!.KeyId!;
await clients[away].send(new sdk.CreateAliasCommand({ AliasName: 'alias/other', TargetKeyId: otherAway }));
const encrypt = async (KeyId: string, client = kms) =>
  (await client.send(new sdk.EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob!;
const sealed = new Map([
  [other.KeyId, await encrypt(other.KeyId)],
  [otherAway, await encrypt(otherAway, clients[away])],
]);
/** A signature and a MAC that the key under test made while it was enabled. */
let made: { signature?: Uint8Array; mac?: Uint8Array } = {};

/** What is made with the key while it is enabled. */
const prepare = async (key: Key, kind: Kind): Promise<Uint8Array | undefined> => {
  const { KeyId } = key;
  made = {};
  if (kind === 'signing') {
    const { Signature } = await kms.send(new sdk.SignCommand({ KeyId, ...signing }));
    made = { signature: Signature! };
  }
  if (kind === 'mac') made = { mac: (await kms.send(new sdk.GenerateMacCommand({ KeyId, ...mac }))).Mac! };
  return kind === 'symmetric' ? await encrypt(KeyId) : undefined;
};

/** What is beside the key in its Region. */
const surround = async ({ KeyId, material }: Key, region: Region) => {
  const client = clients[region];
  const alias = `alias/of-${KeyId}`;
  await client.send(new sdk.CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  const given = { KeyId, GranteePrincipal: root, Operations: ['DescribeKey' as const] };
  const grant = await client.send(new sdk.CreateGrantCommand(given));
  const parameters = region === home && material ? await parametersFor(KeyId, material) : anyParameters;
  return { KeyId, grant, alias, other: region === home ? other.KeyId : otherAway, parameters };
};

const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;
const anyParameters = {
  ImportToken: Plaintext,
  EncryptedKeyMaterial: Plaintext,
  ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
} as const;
const parametersFor = async (KeyId: string, material: Buffer) => {
  const command = new sdk.GetParametersForImportCommand({ KeyId, ...wrapping });
  const { PublicKey, ImportToken } = await kms.send(command);
  const EncryptedKeyMaterial = wrapFor(PublicKey!, wrapping.WrappingAlgorithm, material);
  return { ...anyParameters, ImportToken, EncryptedKeyMaterial };
};

const stateOf = async ({ KeyId }: Key, region: Region) =>
  (await clients[region].send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyState;

const send = (operation: string, input: object, region: Region): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing is bundled here, and every command is used
  const Command = sdk[`${operation}Command` as 'EncryptCommand'];
  return clients[region].send(new Command(input as sdk.EncryptCommandInput));
};

for (const [operation, row, input, kind = 'symmetric', variant] of rows) {
  describe(variant ? `${operation} (${variant})` : operation, () => {
    for (const [column, { name, input: needed, region = home, reach, only }] of states.entries()) {
      const letter = row.split(' ')[column]!;
      test(`${letter === '-' ? 'works on' : 'refuses'} a key that is ${name}`, async () => {
        const key = await (only ? only() : newKey(kind, needed));
        const ciphertext = await prepare(key, only ? 'symmetric' : kind);
        if (kind === 'replicated' && !only) {
          await replicate(key);
          if (name !== 'Creating') await server.advance('2s');
        }
        const before = region === home ? await surround(key, home) : undefined;
        await reach(key, kind);
        // A primary key that is to be deleted waits for its replica.
        const waits = kind === 'replicated' && name === 'PendingDeletion';
        assert.equal(await stateOf(key, region), waits ? 'PendingReplicaDeletion' : name);
        const request = input({ ...(before ?? (await surround(key, region))), ciphertext });
        const refusal = answers[letter]!(key.Arn.replace(home, region));
        const answer = send(operation, request, operation === 'UpdatePrimaryRegion' ? home : region);
        if (refusal) await assert.rejects(answer, refusal);
        else await answer;
      });
    }
  });
}

test('every operation has its row', async () => {
  const store = await openStore({ data: ':memory:' });
  const { operations } = kmsService({ store, principals: { toStored: () => undefined, toDisplayed: (_tx, id) => id } });
  await store.close();
  const inMatrix = [...new Set(rows.map(([operation]) => operation)), ...keyless];
  assert.deepEqual(inMatrix.sort(), operations.map(({ name }) => name).sort());
});
