import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { openStore } from '../../store/open.ts';
import { testServer } from '../../testing/server.ts';
import { kms as kmsService } from './index.ts';

/*
 * What every operation answers for a key in every state, asked as a client: KMS developer guide, "Key states of AWS KMS
 * keys". A letter is what is refused and how: D disabled, P pending deletion, N not pending deletion. A column more is an
 * entry in `states`, a row more one in `rows`; a test below finds the operations that have none.
 */

const server = await testServer();
const kms = server.client(sdk.KMSClient);

type Key = { readonly KeyId: string; readonly Arn: string };
const newKey = async (input: sdk.CreateKeyCommandInput = {}): Promise<Key> =>
  (await kms.send(new sdk.CreateKeyCommand(input))).KeyMetadata! as Key;

/** How a key that was just made gets into each state, in the order of the columns. */
const states: readonly [name: string, reach: (KeyId: string) => Promise<unknown>][] = [
  ['Enabled', async () => undefined],
  ['Disabled', (KeyId) => kms.send(new sdk.DisableKeyCommand({ KeyId }))],
  ['PendingDeletion', (KeyId) => kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId }))],
];

const answers: Readonly<Record<string, (arn: string) => object | undefined>> = {
  '-': () => undefined,
  D: (arn) => ({ name: 'DisabledException', message: `${arn} is disabled.` }),
  P: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is pending deletion.` }),
  N: (arn) => ({ name: 'KMSInvalidStateException', message: `${arn} is not pending deletion.` }),
};

/** Kinds of keys that the operations are for. */
const kinds = {
  symmetric: {},
  signing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  agreeing: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
  mac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
} as const satisfies Record<string, sdk.CreateKeyCommandInput>;

/** What a request about a key may need that was made while the key was enabled. */
interface Made {
  readonly KeyId: string;
  readonly ciphertext: Uint8Array | undefined;
  readonly grant: sdk.CreateGrantCommandOutput | undefined;
  readonly alias: string;
  readonly other: string;
}

const Plaintext = Buffer.from('x');
const signing = { Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' as const };
const mac = { Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' as const };
const root = 'arn:aws:iam::111122223333:root';
const peer = await newKey(kinds.agreeing);
const { PublicKey } = await kms.send(new sdk.GetPublicKeyCommand({ KeyId: peer.KeyId }));
const Statement = [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' }];
const Policy = JSON.stringify({ Version: '2012-10-17', Statement });

/** Operation, its row of the matrix, and its request. */
const rows: readonly [
  operation: string,
  row: string,
  input: (made: Made) => object,
  kind?: keyof typeof kinds,
  variant?: string,
][] = [
  ['CancelKeyDeletion', 'N N -', ({ KeyId }) => ({ KeyId })],
  ['CreateAlias', '- - P', ({ KeyId }) => ({ AliasName: `alias/new-${KeyId}`, TargetKeyId: KeyId })],
  ['CreateGrant', '- D P', ({ KeyId }) => ({ KeyId, GranteePrincipal: root, Operations: ['DescribeKey'] })],
  ['Decrypt', '- D P', ({ ciphertext }) => ({ CiphertextBlob: ciphertext })],
  ['DeleteAlias', '- - -', ({ alias }) => ({ AliasName: alias })],
  ['DeriveSharedSecret', '- D P', ({ KeyId }) => ({ KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey }), 'agreeing'],
  ['DescribeKey', '- - -', ({ KeyId }) => ({ KeyId })],
  ['DisableKey', '- - P', ({ KeyId }) => ({ KeyId })],
  ['DisableKeyRotation', '- D P', ({ KeyId }) => ({ KeyId })],
  ['EnableKey', '- - P', ({ KeyId }) => ({ KeyId })],
  ['EnableKeyRotation', '- D P', ({ KeyId }) => ({ KeyId })],
  ['Encrypt', '- D P', ({ KeyId }) => ({ KeyId, Plaintext })],
  ['GenerateDataKey', '- D P', ({ KeyId }) => ({ KeyId, KeySpec: 'AES_256' })],
  ['GenerateDataKeyPair', '- D P', ({ KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })],
  ['GenerateDataKeyPairWithoutPlaintext', '- D P', ({ KeyId }) => ({ KeyId, KeyPairSpec: 'ECC_NIST_P256' })],
  ['GenerateDataKeyWithoutPlaintext', '- D P', ({ KeyId }) => ({ KeyId, KeySpec: 'AES_256' })],
  ['GenerateMac', '- D P', ({ KeyId }) => ({ KeyId, ...mac }), 'mac'],
  ['GetKeyLastUsage', '- - -', ({ KeyId }) => ({ KeyId })],
  ['GetKeyPolicy', '- - -', ({ KeyId }) => ({ KeyId })],
  ['GetKeyRotationStatus', '- - -', ({ KeyId }) => ({ KeyId })],
  ['GetPublicKey', '- D P', ({ KeyId }) => ({ KeyId }), 'signing'],
  ['ListAliases', '- - -', ({ KeyId }) => ({ KeyId })],
  ['ListGrants', '- - -', ({ KeyId }) => ({ KeyId })],
  ['ListKeyPolicies', '- - -', ({ KeyId }) => ({ KeyId })],
  ['ListKeyRotations', '- - -', ({ KeyId }) => ({ KeyId })],
  ['ListResourceTags', '- - -', ({ KeyId }) => ({ KeyId })],
  ['PutKeyPolicy', '- - -', ({ KeyId }) => ({ KeyId, Policy })],
  [
    'ReEncrypt',
    '- D P',
    ({ ciphertext, other }) => ({ CiphertextBlob: ciphertext, DestinationKeyId: other }),
    'symmetric',
    'source',
  ],
  [
    'ReEncrypt',
    '- D P',
    ({ KeyId, other }) => ({ CiphertextBlob: sealed.get(other), DestinationKeyId: KeyId }),
    'symmetric',
    'destination',
  ],
  ['RetireGrant', '- - -', ({ grant }) => ({ GrantToken: grant?.GrantToken })],
  ['RevokeGrant', '- - -', ({ KeyId, grant }) => ({ KeyId, GrantId: grant?.GrantId })],
  ['RotateKeyOnDemand', '- D P', ({ KeyId }) => ({ KeyId })],
  ['ScheduleKeyDeletion', '- - P', ({ KeyId }) => ({ KeyId })],
  ['Sign', '- D P', ({ KeyId }) => ({ KeyId, ...signing }), 'signing'],
  ['TagResource', '- - P', ({ KeyId }) => ({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })],
  ['UntagResource', '- - P', ({ KeyId }) => ({ KeyId, TagKeys: ['a'] })],
  [
    'UpdateAlias',
    '- - -',
    ({ alias, other }) => ({ AliasName: alias, TargetKeyId: other }),
    'symmetric',
    'from the key',
  ],
  [
    'UpdateAlias',
    '- - P',
    ({ KeyId }) => ({ AliasName: 'alias/other', TargetKeyId: KeyId }),
    'symmetric',
    'to the key',
  ],
  ['UpdateKeyDescription', '- - P', ({ KeyId }) => ({ KeyId, Description: 'new' })],
  ['Verify', '- D P', ({ KeyId }) => ({ KeyId, ...signing, Signature: made.signature }), 'signing'],
  ['VerifyMac', '- D P', ({ KeyId }) => ({ KeyId, ...mac, Mac: made.mac }), 'mac'],
];

/** Operations that are about no one key. */
const keyless = ['CreateKey', 'GenerateRandom', 'ListKeys', 'ListRetirableGrants'];

const other = await newKey();
await kms.send(new sdk.CreateAliasCommand({ AliasName: 'alias/other', TargetKeyId: other.KeyId }));
const encrypt = async (KeyId: string) => (await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob!;
const sealed = new Map([[other.KeyId, await encrypt(other.KeyId)]]);
/** A signature and a MAC that the key under test made while it was enabled. */
let made: { signature?: Uint8Array; mac?: Uint8Array } = {};

const prepare = async ({ KeyId }: Key, kind: keyof typeof kinds): Promise<Made> => {
  const alias = `alias/of-${KeyId}`;
  await kms.send(new sdk.CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  const given = { KeyId, GranteePrincipal: root, Operations: ['DescribeKey' as const] };
  const grant = await kms.send(new sdk.CreateGrantCommand(given));
  made = {};
  if (kind === 'signing') {
    const { Signature } = await kms.send(new sdk.SignCommand({ KeyId, ...signing }));
    made = { signature: Signature! };
  }
  if (kind === 'mac') made = { mac: (await kms.send(new sdk.GenerateMacCommand({ KeyId, ...mac }))).Mac! };
  const ciphertext = kind === 'symmetric' ? await encrypt(KeyId) : undefined;
  return { KeyId, ciphertext, grant, alias, other: other.KeyId };
};

const send = (operation: string, input: object): Promise<unknown> => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing is bundled here, and every command is used
  const Command = sdk[`${operation}Command` as 'EncryptCommand'];
  return kms.send(new Command(input as sdk.EncryptCommandInput));
};

for (const [operation, row, input, kind = 'symmetric', variant] of rows) {
  describe(variant ? `${operation} (${variant})` : operation, () => {
    for (const [column, [state, reach]] of states.entries()) {
      const letter = row.split(' ')[column]!;
      test(`${letter === '-' ? 'works on' : 'refuses'} a key that is ${state}`, async () => {
        const key = await newKey(kinds[kind]);
        const request = await prepare(key, kind);
        await reach(key.KeyId);
        const refusal = answers[letter]!(key.Arn);
        const answer = send(operation, input(request));
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
