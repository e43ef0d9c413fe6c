import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  KMSClient,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';
import { keyCounts } from './key-record.ts';

const server = await testServer({ region: 'eu-west-2' });
const kms = server.client(KMSClient, undefined, 'eu-west-2');
const create = async (input: CreateKeyCommandInput = {}) => (await kms.send(new CreateKeyCommand(input))).KeyMetadata!;

describe('CreateKey', () => {
  test('makes an enabled symmetric key of KMS material unless told otherwise', async () => {
    const { KeyId, Arn, CreationDate, CurrentKeyMaterialId, ...rest } = await create();
    assert.match(KeyId!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Arn, `arn:aws:kms:eu-west-2:111122223333:key/${KeyId}`);
    assert.match(CurrentKeyMaterialId!, /^[0-9a-f]{64}$/);
    assert.ok(Math.abs(CreationDate!.getTime() - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      AWSAccountId: '111122223333',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: '',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    });
  });

  test('is journalled with the key that it made', async () => {
    const { Arn } = await create({ Tags: [{ TagKey: 'a', TagValue: 'b' }] });
    const { resources } = (await server.journal('CreateKey')).at(-1)!;
    assert.deepEqual(resources, [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: Arn }]);
    await assert.rejects(create({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }));
    assert.deepEqual((await server.journal('CreateKey')).at(-1)!.resources, []);
  });

  test('takes the spec under its old name too, description and tags', async () => {
    const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
    const { KeyId, Description } = await create({
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
      Description: 'for backups',
      Tags,
    });
    assert.equal(Description, 'for backups');
    assert.deepEqual((await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags, Tags);
  });

  const refusals: readonly [what: string, input: CreateKeyCommandInput, name: string, message?: string][] = [
    [
      'an asymmetric or HMAC key without usage',
      { KeySpec: 'HMAC_256' },
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ],
    [
      'two specs that differ',
      { KeySpec: 'SYMMETRIC_DEFAULT', CustomerMasterKeySpec: 'HMAC_256' },
      'ValidationException',
    ],
    [
      'a usage that the spec does not have',
      { KeyUsage: 'SIGN_VERIFY' },
      'ValidationException',
      'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
    ],
    [
      'an asymmetric key without a usage',
      { KeySpec: 'RSA_2048' },
      'ValidationException',
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ],
    [
      'an HMAC key that signs',
      { KeySpec: 'HMAC_256', KeyUsage: 'SIGN_VERIFY' },
      'ValidationException',
      'KeyUsage SIGN_VERIFY is not compatible with KeySpec HMAC_256',
    ],
    [
      'a key of the China Regions',
      { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' },
      'ValidationException',
      'KeySpec SM2 is not supported in this Region.',
    ],
    [
      'a custom key store that does not exist',
      { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1' },
      'CustomKeyStoreNotFoundException',
    ],
    [
      'a tag key given twice',
      {
        Tags: [
          { TagKey: 'a', TagValue: '1' },
          { TagKey: 'a', TagValue: '2' },
        ],
      },
      'TagException',
      'Duplicate tag keys',
    ],
    ['a reserved tag key', { Tags: [{ TagKey: 'aws:x', TagValue: '' }] }, 'TagException'],
    [
      'more than 50 tags',
      { Tags: Array.from({ length: 51 }, (_, index) => ({ TagKey: `k${index}`, TagValue: '' })) },
      'TagException',
      'Too many tags',
    ],
    ['a policy that is not JSON', { Policy: '{' }, 'MalformedPolicyDocumentException'],
  ];
  for (const [what, input, name, message] of refusals) {
    test(`refuses ${what}`, () => assert.rejects(create(input), message === undefined ? { name } : { name, message }));
  }
});

test('an account has 100,000 keys in a Region and no more', async () => {
  const region = 'ap-south-1';
  await server.running.store.transact((tx) => keyCounts.put(tx, ['111122223333', region], { keys: 99_999 }));
  const there = server.client(KMSClient, undefined, region);
  await there.send(new CreateKeyCommand({}));
  await assert.rejects(there.send(new CreateKeyCommand({})), { name: 'LimitExceededException' });
  await create();
});

describe('a key is found by', async () => {
  const { KeyId, Arn } = await create();
  const alias = 'alias/find-me';
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));

  for (const identifier of [KeyId!, Arn!, alias, `arn:aws:kms:eu-west-2:111122223333:${alias}`]) {
    test(identifier.replace(KeyId!, 'KEY'), async () => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: identifier }));
      assert.equal(KeyMetadata?.Arn, Arn);
    });
  }
});
