import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  type EncryptCommandInput,
  KMSClient,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const root = server.client(KMSClient);
const newKey = async (input: CreateKeyCommandInput = {}) => (await root.send(new CreateKeyCommand(input))).KeyMetadata!;
const { KeyId, Arn } = await newKey({ Tags: [{ TagKey: 'team', TagValue: 'blue' }] });
await root.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }));

let users = 0;
/** A user allowed one action under a condition. */
const userWith = async (Action: string | readonly string[], Condition: object = {}) => {
  users += 1;
  const user = await server.user(`u${users}`, { Effect: 'Allow', Action, Resource: '*', Condition });
  return { name: `u${users}`, kms: server.client(KMSClient, user) };
};

const accessDenied = { name: 'AccessDeniedException' };

describe('a condition on Encrypt holds for', async () => {
  const rows: readonly [
    condition: object,
    allowed: Partial<EncryptCommandInput>,
    denied?: Partial<EncryptCommandInput>,
  ][] = [
    [
      { StringEquals: { 'kms:EncryptionContext:dept': 'hr' } },
      { EncryptionContext: { dept: 'hr', more: 'x' } },
      { EncryptionContext: { dept: 'it' } },
    ],
    [
      { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'dept' } },
      { EncryptionContext: { dept: 'any' } },
      { EncryptionContext: { other: 'any' } },
    ],
    [{ Null: { 'kms:EncryptionContextKeys': 'false' } }, { EncryptionContext: { a: 'b' } }, {}],
    [{ StringEquals: { 'kms:RequestAlias': 'alias/app' } }, { KeyId: 'alias/app' }, { KeyId }],
    [
      { StringEquals: { 'kms:RequestAlias': 'alias/app' } },
      { KeyId: 'arn:aws:kms:us-east-1:111122223333:alias/app' },
      { KeyId: Arn },
    ],
    [{ 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/a*' } }, {}, { KeyId: (await newKey()).KeyId }],
    [{ StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } }, {}],
    [{ StringEquals: { 'aws:ResourceTag/team': 'blue' } }, {}, { KeyId: (await newKey()).KeyId }],
    [
      {
        StringEquals: {
          'kms:CallerAccount': '111122223333',
          'kms:CustomerMasterKeySpec': 'SYMMETRIC_DEFAULT',
          'kms:CustomerMasterKeyUsage': 'ENCRYPT_DECRYPT',
          'kms:KeyOrigin': 'AWS_KMS',
          'kms:KeySpec': 'SYMMETRIC_DEFAULT',
          'kms:KeyUsage': 'ENCRYPT_DECRYPT',
        },
        Bool: { 'kms:MultiRegion': 'false' },
      },
      {},
    ],
  ];
  for (const [condition, allowed, denied] of rows) {
    test(`${JSON.stringify(condition)}`, async () => {
      const { kms } = await userWith('kms:Encrypt', condition);
      const encrypt = (input: Partial<EncryptCommandInput>) =>
        kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), ...input }));
      await encrypt(allowed);
      if (denied) await assert.rejects(encrypt(denied), accessDenied);
    });
  }
});

describe('Decrypt', () => {
  test('is denied on the resource associated with the ciphertext, whose key the request did not name', async () => {
    const { name, kms } = await userWith('kms:Encrypt');
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    const who = `User: arn:aws:iam::111122223333:user/${name} is not authorized to perform: kms:Decrypt`;
    const why = 'because no identity-based policy allows the kms:Decrypt action';
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob })), {
      ...accessDenied,
      message: `${who} on the resource associated with this ciphertext ${why}`,
    });
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob, KeyId })), {
      ...accessDenied,
      message: `${who} on resource: ${Arn} ${why}`,
    });
  });
});

describe('ReEncrypt', async () => {
  const { CiphertextBlob } = await root.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  const destination = await newKey();
  const reEncrypt = (kms: KMSClient, DestinationKeyId = destination.KeyId) =>
    kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId }));

  test('needs permission from the source and to the destination', async () => {
    const { name, kms } = await userWith('kms:ReEncryptFrom');
    await assert.rejects(reEncrypt(kms), {
      ...accessDenied,
      message: `User: arn:aws:iam::111122223333:user/${name} is not authorized to perform: kms:ReEncryptTo on resource: ${destination.Arn} because no identity-based policy allows the kms:ReEncryptTo action`,
    });
    await assert.rejects(reEncrypt((await userWith('kms:ReEncryptTo')).kms), {
      ...accessDenied,
      message: /kms:ReEncryptFrom on the resource associated with this ciphertext/,
    });
    await reEncrypt((await userWith(['kms:ReEncryptFrom', 'kms:ReEncryptTo'])).kms);
  });

  test('can be held to the same key', async () => {
    const sameKey = { Bool: { 'kms:ReEncryptOnSameKey': 'true' } };
    const { kms } = await userWith('kms:ReEncrypt*', sameKey);
    await reEncrypt(kms, KeyId);
    await assert.rejects(reEncrypt(kms), accessDenied);
  });
});

describe('CreateKey', () => {
  const Tags = [{ TagKey: 'team', TagValue: 'blue' }];

  test('with tags needs kms:TagResource too', async () => {
    const { name, kms } = await userWith('kms:CreateKey');
    await kms.send(new CreateKeyCommand({}));
    await assert.rejects(kms.send(new CreateKeyCommand({ Tags })), {
      ...accessDenied,
      message: `User: arn:aws:iam::111122223333:user/${name} is not authorized to perform: kms:TagResource because no identity-based policy allows the kms:TagResource action`,
    });
  });

  test('with tags is content with kms:TagResource for every key of the account and Region, and not with less', async () => {
    const tagging = (of: string): object => ({
      Effect: 'Allow',
      Action: 'kms:TagResource',
      Resource: `arn:aws:kms:${of}`,
    });
    const creating = { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' };
    const as = async (of: string) =>
      server.client(KMSClient, await server.user(of.replace(/[*:/]/g, '.'), creating, tagging(of)));
    for (const keys of ['us-east-1:111122223333:key/*', '*:111122223333:key/*']) {
      await (await as(keys)).send(new CreateKeyCommand({ Tags }));
    }
    for (const keys of [
      'eu-west-1:111122223333:key/*',
      'us-east-1:999999999999:key/*',
      `us-east-1:111122223333:key/${KeyId}`,
    ]) {
      await assert.rejects((await as(keys)).send(new CreateKeyCommand({ Tags })), accessDenied);
    }
  });

  test('can be held to tags, to a spec, and to the lockout safety check', async () => {
    const { kms } = await userWith(['kms:CreateKey', 'kms:TagResource'], {
      StringEquals: { 'aws:RequestTag/team': 'blue', 'kms:KeySpec': 'SYMMETRIC_DEFAULT' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': 'team' },
      Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
    });
    await kms.send(new CreateKeyCommand({ Tags }));
    await assert.rejects(kms.send(new CreateKeyCommand({})), accessDenied);
    const more = [...Tags, { TagKey: 'other', TagValue: '' }];
    await assert.rejects(kms.send(new CreateKeyCommand({ Tags: more })), accessDenied);
    const bypassing = new CreateKeyCommand({ Tags, BypassPolicyLockoutSafetyCheck: true });
    await assert.rejects(kms.send(bypassing), accessDenied);
  });
});

test('TagResource can be held to tags', async () => {
  const { kms } = await userWith('kms:TagResource', { StringEquals: { 'aws:RequestTag/team': 'blue' } });
  const tag = (TagValue: string) => kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'team', TagValue }] }));
  await tag('blue');
  await assert.rejects(tag('red'), accessDenied);
});

test('ScheduleKeyDeletion can be held to a waiting period, the default counted in', async () => {
  const atLeast14 = { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '14' } };
  const { kms } = await userWith('kms:ScheduleKeyDeletion', atLeast14);
  const doomed = await newKey();
  const schedule = (PendingWindowInDays?: number) =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId: doomed.KeyId, PendingWindowInDays }));
  await assert.rejects(schedule(7), accessDenied);
  await schedule();
});

test('DescribeKey can be held to an alias', async () => {
  const { kms } = await userWith('kms:DescribeKey', { StringLike: { 'kms:RequestAlias': 'alias/*' } });
  await kms.send(new DescribeKeyCommand({ KeyId: 'alias/app' }));
  await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId })), accessDenied);
});
