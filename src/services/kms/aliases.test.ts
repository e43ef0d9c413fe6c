import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  EncryptCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const newKey = async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!;
const create = (AliasName: string, TargetKeyId: string | undefined) =>
  kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
const update = (AliasName: string, TargetKeyId: string | undefined) =>
  kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }));
const remove = (AliasName: string) => kms.send(new DeleteAliasCommand({ AliasName }));
const aliasesOf = async (KeyId: string | undefined) =>
  (await kms.send(new ListAliasesCommand({ KeyId }))).Aliases!.map(({ AliasName }) => AliasName);

const key = await newKey();
const here = 'arn:aws:kms:us-east-1:111122223333';

describe('CreateAlias', () => {
  test('gives a key a name by which it is used and listed', async () => {
    await create('alias/team/app_1', key.Arn);
    const { KeyId } = await kms.send(new EncryptCommand({ KeyId: 'alias/team/app_1', Plaintext: Buffer.from('x') }));
    assert.equal(KeyId, key.Arn);
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: key.KeyId }));
    const { CreationDate, LastUpdatedDate, ...alias } = Aliases![0]!;
    assert.deepEqual(alias, {
      AliasName: 'alias/team/app_1',
      AliasArn: `${here}:alias/team/app_1`,
      TargetKeyId: key.KeyId,
    });
    assert.deepEqual(CreationDate, LastUpdatedDate);
  });

  const refusals: readonly [name: string, target: string, error: string, message?: string][] = [
    ['app', key.KeyId!, 'ValidationException', 'Invalid identifier'],
    ['alias/', key.KeyId!, 'ValidationException', 'Invalid identifier'],
    ['alias/a:b', key.KeyId!, 'ValidationException', 'alias/a:b contains invalid characters for an alias'],
    [
      'alias/!',
      key.KeyId!,
      'ValidationException',
      "1 validation error detected: Value 'alias/!' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
    ],
    ['alias/aws/mine', key.KeyId!, 'NotAuthorizedException'],
    ['alias/other', 'alias/team/app_1', 'ValidationException', 'Aliases must refer to keys. Not aliases'],
    ['alias/other', `${here}:alias/team/app_1`, 'ValidationException', 'Aliases must refer to keys. Not aliases'],
    ['alias/other', 'fake', 'NotFoundException', "Invalid keyId 'fake'"],
    ['alias/other', key.Arn!.replace('us-east-1', 'eu-west-1'), 'NotFoundException', 'Invalid arn eu-west-1'],
  ];
  for (const [name, target, error, message] of refusals) {
    test(`refuses ${name} for ${target.replace(key.KeyId!, 'KEY')}`, () =>
      assert.rejects(create(name, target), message === undefined ? { name: error } : { name: error, message }));
  }

  test('refuses a name that is taken', async () => {
    await create('alias/taken', key.KeyId);
    await assert.rejects(create('alias/taken', key.KeyId), {
      name: 'AlreadyExistsException',
      message: `An alias with the name ${here}:alias/taken already exists`,
    });
  });

  test('gives a key 50 aliases and no more, and UpdateAlias neither', async () => {
    const { KeyId } = await newKey();
    for (let index = 0; index < 50; index++) await create(`alias/many-${index}`, KeyId);
    await assert.rejects(create('alias/many-50', KeyId), { name: 'LimitExceededException' });
    await assert.rejects(update('alias/taken', KeyId), { name: 'LimitExceededException' });
    await update('alias/many-0', KeyId);
  });

  test('refuses a key that is pending deletion', async () => {
    const { KeyId, Arn } = await newKey();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    const refusal = { name: 'KMSInvalidStateException', message: `${Arn} is pending deletion.` };
    await assert.rejects(create('alias/late', KeyId), refusal);
    await assert.rejects(update('alias/taken', KeyId), refusal);
  });
});

describe('UpdateAlias', () => {
  test('moves an alias to a key of the same type and usage only', async () => {
    const made = async (KeySpec: KeySpec, KeyUsage: KeyUsageType) =>
      (await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }))).KeyMetadata!.KeyId;
    await create('alias/signing', await made('ECC_NIST_P256', 'SIGN_VERIFY'));
    for (const other of [
      key.KeyId,
      await made('ECC_NIST_P256', 'KEY_AGREEMENT'),
      await made('HMAC_256', 'GENERATE_VERIFY_MAC'),
    ]) {
      await assert.rejects(update('alias/signing', other), { name: 'ValidationException' });
    }
    await update('alias/signing', await made('ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'));
  });

  test('rotates by hand: new data under the new key, old data still decrypts', async () => {
    const [first, second] = [await newKey(), await newKey()];
    await create('alias/rotated', first.KeyId);
    const encrypt = () => kms.send(new EncryptCommand({ KeyId: 'alias/rotated', Plaintext: Buffer.from('x') }));
    const before = await encrypt();
    await update('alias/rotated', second.KeyId);
    assert.deepEqual([before.KeyId, (await encrypt()).KeyId], [first.Arn, second.Arn]);
    const { KeyId } = await kms.send(new DecryptCommand({ CiphertextBlob: before.CiphertextBlob }));
    assert.equal(KeyId, first.Arn);
    assert.deepEqual(await aliasesOf(first.KeyId), []);
  });

  test('refuses an alias that does not exist, a reserved one and an unknown key', async () => {
    await assert.rejects(update('alias/none', key.KeyId), {
      name: 'NotFoundException',
      message: `Alias ${here}:alias/none is not found.`,
    });
    await assert.rejects(update('alias/aws/s3', key.KeyId), { name: 'NotAuthorizedException' });
    await assert.rejects(update('alias/taken', 'fake'), { name: 'NotFoundException' });
  });
});

describe('DeleteAlias', () => {
  test('frees the name and leaves the key', async () => {
    await create('alias/gone', key.KeyId);
    await remove('alias/gone');
    assert.ok(!(await aliasesOf(key.KeyId)).includes('alias/gone'));
    const refusal = { name: 'NotFoundException', message: `Alias ${here}:alias/gone is not found.` };
    await assert.rejects(remove('alias/gone'), refusal);
    await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/gone', Plaintext: Buffer.from('x') })), refusal);
    await create('alias/gone', key.KeyId);
  });

  test('refuses a reserved alias', () => assert.rejects(remove('alias/aws/s3'), { name: 'NotAuthorizedException' }));
});

test('changing an alias needs permission on the alias and on each key', async () => {
  const [current, next] = [await newKey(), await newKey()];
  const alias = `${here}:alias/guarded`;
  await create('alias/guarded', current.KeyId);
  const attempts: readonly [name: string, allowed: readonly string[], missing: string][] = [
    ['no-alias', [current.Arn!, next.Arn!], alias],
    ['no-current', [alias, next.Arn!], current.Arn!],
    ['no-next', [alias, current.Arn!], next.Arn!],
  ];
  for (const [name, Resource, missing] of attempts) {
    const user = await server.user(name, { Effect: 'Allow', Action: 'kms:UpdateAlias', Resource });
    const command = new UpdateAliasCommand({ AliasName: 'alias/guarded', TargetKeyId: next.KeyId });
    await assert.rejects(server.client(KMSClient, user).send(command), {
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::111122223333:user/${name} is not authorized to perform: kms:UpdateAlias on resource: ${missing} because no identity-based policy allows the kms:UpdateAlias action`,
    });
  }
});
