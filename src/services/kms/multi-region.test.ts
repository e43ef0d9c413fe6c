import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { importInto } from '../../testing/import.ts';
import { testServer } from '../../testing/server.ts';

const server = await testServer({ persistent: true });
const [home, away, third] = ['us-east-1', 'eu-west-1', 'ap-south-1'] as const;
let clients = new Map<string, sdk.KMSClient>();
const kms = (region: string): sdk.KMSClient => {
  const client = clients.get(region) ?? server.client(sdk.KMSClient, undefined, region);
  clients.set(region, client);
  return client;
};
const dayMs = 86_400_000;
const now = () => server.running.clock.now().getTime();

const primaryKey = async (input: sdk.CreateKeyCommandInput = {}) =>
  (await kms(home).send(new sdk.CreateKeyCommand({ MultiRegion: true, ...input }))).KeyMetadata! as {
    KeyId: string;
    Arn: string;
    MultiRegionConfiguration: sdk.MultiRegionConfiguration;
  };
const replicate = async (KeyId: string, ReplicaRegion: string, rest: Partial<sdk.ReplicateKeyCommandInput> = {}) => {
  const answer = await kms(home).send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion, ...rest }));
  await server.advance('2s');
  return answer;
};
/** A primary key at home and its replica away. */
const pair = async (input: sdk.CreateKeyCommandInput = {}) => {
  const key = await primaryKey(input);
  await replicate(key.KeyId, away);
  return { ...key, replicaArn: key.Arn.replace(home, away) };
};
const describeKey = async (KeyId: string, region: string) =>
  (await kms(region).send(new sdk.DescribeKeyCommand({ KeyId }))).KeyMetadata!;
const stateOf = async (KeyId: string, region: string) => (await describeKey(KeyId, region)).KeyState;
const encrypt = async (KeyId: string, region: string) =>
  (await kms(region).send(new sdk.EncryptCommand({ KeyId, Plaintext: Buffer.from('kept') }))).CiphertextBlob!;
const decrypt = async (CiphertextBlob: Uint8Array, region: string) =>
  Buffer.from((await kms(region).send(new sdk.DecryptCommand({ CiphertextBlob }))).Plaintext!).toString();
const statusOf = async (KeyId: string, region: string) => {
  const { $metadata: _, ...status } = await kms(region).send(new sdk.GetKeyRotationStatusCommand({ KeyId }));
  return status;
};
const rotationsOf = async (KeyId: string, region: string) =>
  (await kms(region).send(new sdk.ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })))
    .Rotations!;
const updatePrimary = (KeyId: string, PrimaryRegion: string, region: string) =>
  kms(region).send(new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion }));
const schedule = (KeyId: string, region: string) =>
  kms(region).send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
const unsupported = { name: 'UnsupportedOperationException' };
const notPrimary = (arn: string) => ({ ...unsupported, message: `${arn} is not a multi-Region primary key.` });

describe('a multi-Region key', () => {
  test('tells by its id that it is one, and is primary where it was made', async () => {
    const { KeyId, Arn, MultiRegionConfiguration } = await primaryKey();
    assert.match(KeyId, /^mrk-[0-9a-f]{32}$/);
    assert.deepEqual(MultiRegionConfiguration, {
      MultiRegionKeyType: 'PRIMARY',
      PrimaryKey: { Arn, Region: home },
      ReplicaKeys: [],
    });
    const single = (await kms(home).send(new sdk.CreateKeyCommand({}))).KeyMetadata!;
    assert.deepEqual([single.MultiRegion, single.MultiRegionConfiguration], [false, undefined]);
  });

  test('is replicated: Creating, then Enabled, and both tell of each other', async () => {
    const { KeyId, Arn } = await primaryKey({ Description: 'the primary one' });
    const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
    const command = new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: away, Tags, Description: 'the other' });
    const { ReplicaKeyMetadata: replica, ReplicaPolicy, ReplicaTags } = await kms(home).send(command);
    const replicaArn = Arn.replace(home, away);
    assert.deepEqual(
      [replica!.Arn, replica!.KeyId, replica!.KeyState, replica!.Enabled, replica!.Description],
      [replicaArn, KeyId, 'Creating', false, 'the other'],
    );
    assert.deepEqual([ReplicaTags, JSON.parse(ReplicaPolicy!).Id], [Tags, 'key-default-1']);
    await assert.rejects(encrypt(KeyId, away), {
      name: 'KMSInvalidStateException',
      message: `${replicaArn} is creating.`,
    });
    await server.advance('2s');
    assert.equal(await stateOf(KeyId, away), 'Enabled');
    const places = { PrimaryKey: { Arn, Region: home }, ReplicaKeys: [{ Arn: replicaArn, Region: away }] };
    const [here, there] = [await describeKey(KeyId, home), await describeKey(KeyId, away)];
    assert.deepEqual(here.MultiRegionConfiguration, { MultiRegionKeyType: 'PRIMARY', ...places });
    assert.deepEqual(there.MultiRegionConfiguration, { MultiRegionKeyType: 'REPLICA', ...places });
    assert.equal(here.CurrentKeyMaterialId, there.CurrentKeyMaterialId);
    const replicated = (await server.journal('ReplicateKey')).at(-1)!;
    assert.deepEqual([replicated.awsRegion, replicated.resources?.[0]?.ARN], [home, Arn]);
    const created = (await server.journal('CreateKey')).at(-1)!;
    assert.deepEqual([created.awsRegion, created.resources?.[0]?.ARN], [away, replicaArn]);
    const synchronized = (await server.journal('SynchronizeMultiRegionKey')).at(-1)!;
    assert.deepEqual([synchronized.eventType, synchronized.resources?.[0]?.ARN], ['AwsServiceEvent', Arn]);
  });

  test('encrypts in one Region what it decrypts in another, over a restart too', async () => {
    const { KeyId, replicaArn } = await pair();
    const ciphertexts = [await encrypt(KeyId, home), await encrypt(KeyId, away)];
    await server.restart();
    clients = new Map();
    for (const ciphertext of ciphertexts) {
      for (const region of [home, away]) assert.equal(await decrypt(ciphertext, region), 'kept');
    }
    const named = new sdk.DecryptCommand({ KeyId: replicaArn, CiphertextBlob: ciphertexts[0] });
    assert.equal((await kms(away).send(named)).KeyId, replicaArn);
    await assert.rejects(decrypt(ciphertexts[0]!, third), { name: 'AccessDeniedException' });
    const single = (await kms(home).send(new sdk.CreateKeyCommand({}))).KeyMetadata!.KeyId!;
    await assert.rejects(decrypt(await encrypt(single, home), away), { name: 'AccessDeniedException' });
  });

  for (const [KeySpec, KeyUsage, SigningAlgorithm] of [
    ['ECC_NIST_P256', 'SIGN_VERIFY', 'ECDSA_SHA_256'],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', 'ED25519_SHA_512'],
    ['ML_DSA_44', 'SIGN_VERIFY', 'ML_DSA_SHAKE_256'],
    ['RSA_2048', 'SIGN_VERIFY', 'RSASSA_PSS_SHA_256'],
  ] as const) {
    test(`of spec ${KeySpec} signs in one Region what it verifies in another`, async () => {
      const { KeyId } = await pair({ KeySpec, KeyUsage });
      const signing = { KeyId, SigningAlgorithm, Message: Buffer.from('x') };
      const { Signature } = await kms(away).send(new sdk.SignCommand(signing));
      assert.equal((await kms(home).send(new sdk.VerifyCommand({ ...signing, Signature }))).SignatureValid, true);
    });
  }

  test('for MACs makes the same one in every Region', async () => {
    const { KeyId } = await pair({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const input = { KeyId, MacAlgorithm: 'HMAC_SHA_256' as const, Message: Buffer.from('x') };
    const macs = [home, away].map(async (region) => (await kms(region).send(new sdk.GenerateMacCommand(input))).Mac);
    assert.deepEqual(await macs[0], await macs[1]);
  });

  test('has policy, tags, alias, description, grants and state of its own in each Region', async () => {
    const { KeyId } = await pair();
    const Tags = [{ TagKey: 'a', TagValue: 'b' }];
    await kms(away).send(new sdk.TagResourceCommand({ KeyId, Tags }));
    await kms(away).send(new sdk.CreateAliasCommand({ AliasName: 'alias/away', TargetKeyId: KeyId }));
    await kms(away).send(new sdk.UpdateKeyDescriptionCommand({ KeyId, Description: 'away' }));
    const GranteePrincipal = 'arn:aws:iam::111122223333:root';
    await kms(away).send(new sdk.CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'] }));
    await kms(away).send(new sdk.DisableKeyCommand({ KeyId }));
    assert.deepEqual((await kms(home).send(new sdk.ListResourceTagsCommand({ KeyId }))).Tags, []);
    assert.deepEqual((await kms(home).send(new sdk.ListAliasesCommand({ KeyId }))).Aliases, []);
    assert.deepEqual((await kms(home).send(new sdk.ListGrantsCommand({ KeyId }))).Grants, []);
    const here = await describeKey(KeyId, home);
    assert.deepEqual([here.Description, here.KeyState], ['', 'Enabled']);
    await assert.rejects(encrypt(KeyId, away), { name: 'DisabledException' });
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' };
    const { Policy } = await kms(home).send(new sdk.GetKeyPolicyCommand({ KeyId }));
    const document = JSON.parse(Policy!);
    document.Statement.push(Statement);
    await kms(home).send(new sdk.PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(document) }));
    await kms(away).send(new sdk.EnableKeyCommand({ KeyId }));
    await assert.rejects(encrypt(KeyId, home), { name: 'AccessDeniedException' });
    assert.equal(await decrypt(await encrypt(KeyId, away), home), 'kept');
  });

  test('is replicated once into a Region, by its primary key alone, and within its partition', async () => {
    const { KeyId, replicaArn } = await pair();
    const again = (ReplicaRegion: string, region: string = home) =>
      kms(region).send(new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion }));
    await assert.rejects(again('eu-wst-1'), { ...unsupported, message: 'There is no Region eu-wst-1.' });
    const exists = (arn: string) => ({
      name: 'AlreadyExistsException',
      message: `Replica key ${arn} already exists.`,
    });
    await assert.rejects(again(away), exists(replicaArn));
    await assert.rejects(again(home), { name: 'AlreadyExistsException' });
    await assert.rejects(again(third, away), notPrimary(replicaArn));
    await assert.rejects(again('cn-north-1'), unsupported);
    assert.deepEqual((await describeKey(KeyId, home)).MultiRegionConfiguration!.ReplicaKeys!.length, 1);
    const single = (await kms(home).send(new sdk.CreateKeyCommand({}))).KeyMetadata!;
    const ofOne = new sdk.ReplicateKeyCommand({ KeyId: single.KeyId, ReplicaRegion: away });
    await assert.rejects(kms(home).send(ofOne), notPrimary(single.Arn!));
  });
});

describe('rotation of a multi-Region key', () => {
  test('is set on the primary key, and every replica has it and its material', async () => {
    const { KeyId, replicaArn } = await pair();
    await kms(home).send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    assert.deepEqual(await statusOf(KeyId, away), await statusOf(KeyId, home));
    assert.equal((await statusOf(KeyId, away)).KeyRotationEnabled, true);
    const old = await encrypt(KeyId, away);
    await server.advance('91d');
    const [here, there] = [await describeKey(KeyId, home), await describeKey(KeyId, away)];
    assert.equal(here.CurrentKeyMaterialId, there.CurrentKeyMaterialId);
    assert.equal((await rotationsOf(KeyId, away)).length, 2);
    assert.deepEqual(await rotationsOf(KeyId, away), await rotationsOf(KeyId, home));
    for (const region of [home, away]) assert.equal(await decrypt(old, region), 'kept');
    assert.equal(await decrypt(await encrypt(KeyId, away), home), 'kept');
    const rotated = await server.journal('RotateKey');
    assert.deepEqual(rotated.map(({ awsRegion }) => awsRegion).slice(-2), [home, away]);

    for (const command of [
      new sdk.EnableKeyRotationCommand({ KeyId }),
      new sdk.DisableKeyRotationCommand({ KeyId }),
      new sdk.RotateKeyOnDemandCommand({ KeyId }),
    ]) {
      await assert.rejects(kms(away).send(command as sdk.EnableKeyRotationCommand), notPrimary(replicaArn));
    }
    await kms(home).send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await server.advance('2s');
    assert.equal((await rotationsOf(KeyId, away)).length, 3);
    await kms(home).send(new sdk.DisableKeyRotationCommand({ KeyId }));
    assert.equal((await statusOf(KeyId, away)).KeyRotationEnabled, false);
  });

  test('goes with the primary key when that changes', async () => {
    const { KeyId } = await pair();
    await kms(home).send(new sdk.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    await updatePrimary(KeyId, away, home);
    await server.advance('91d');
    assert.equal((await rotationsOf(KeyId, home)).length, 2);
    assert.deepEqual(await rotationsOf(KeyId, away), await rotationsOf(KeyId, home));
    await kms(away).send(new sdk.DisableKeyRotationCommand({ KeyId }));
    await server.advance('91d');
    assert.equal((await rotationsOf(KeyId, home)).length, 2);
  });
});

describe('UpdatePrimaryRegion', () => {
  test('makes the replica primary and the primary key a replica, both usable meanwhile', async () => {
    const { KeyId, Arn, replicaArn } = await pair();
    await replicate(KeyId, third);
    await updatePrimary(KeyId, away, home);
    const updating = { name: 'KMSInvalidStateException', message: `${Arn} is updating.` };
    await assert.rejects(kms(home).send(new sdk.DisableKeyCommand({ KeyId })), updating);
    assert.equal(await decrypt(await encrypt(KeyId, home), away), 'kept');
    await server.advance('2s');
    const configurations = [home, away, third].map(async (region) => {
      const { KeyState, MultiRegionConfiguration } = await describeKey(KeyId, region);
      const { MultiRegionKeyType, PrimaryKey, ReplicaKeys } = MultiRegionConfiguration!;
      return [KeyState, MultiRegionKeyType, PrimaryKey!.Arn, ReplicaKeys!.map(({ Region }) => Region)];
    });
    assert.deepEqual(await Promise.all(configurations), [
      ['Enabled', 'REPLICA', replicaArn, [third, home]],
      ['Enabled', 'PRIMARY', replicaArn, [third, home]],
      ['Enabled', 'REPLICA', replicaArn, [third, home]],
    ]);
    await assert.rejects(updatePrimary(KeyId, third, home), notPrimary(Arn));
    await assert.rejects(updatePrimary(KeyId, away, away), unsupported);
  });

  test('wants a replica there, and both keys enabled', async () => {
    const { KeyId, Arn, replicaArn } = await pair();
    await assert.rejects(updatePrimary(KeyId, third, home), {
      name: 'NotFoundException',
      message: `Key '${Arn.replace(home, third)}' does not exist`,
    });
    await kms(away).send(new sdk.DisableKeyCommand({ KeyId }));
    await assert.rejects(updatePrimary(KeyId, away, home), {
      name: 'DisabledException',
      message: `${replicaArn} is disabled.`,
    });
  });
});

describe('deletion of a primary key', () => {
  test('waits for its replicas, and its waiting period begins when the last of them is gone', async () => {
    const { KeyId, Arn } = await pair();
    const { KeyState, DeletionDate, PendingWindowInDays } = await schedule(KeyId, home);
    assert.deepEqual([KeyState, DeletionDate, PendingWindowInDays], ['PendingReplicaDeletion', undefined, 7]);
    assert.equal((await describeKey(KeyId, home)).PendingDeletionWindowInDays, 7);
    await assert.rejects(encrypt(KeyId, home), {
      name: 'KMSInvalidStateException',
      message: `${Arn} is pending deletion.`,
    });
    await server.advance('60d');
    assert.equal(await stateOf(KeyId, home), 'PendingReplicaDeletion');
    assert.equal((await schedule(KeyId, away)).KeyState, 'PendingDeletion');
    await server.advance('7d');
    await assert.rejects(describeKey(KeyId, away), { name: 'NotFoundException' });
    const waiting = await describeKey(KeyId, home);
    assert.deepEqual(
      [waiting.KeyState, waiting.PendingDeletionWindowInDays, waiting.MultiRegionConfiguration!.ReplicaKeys],
      ['PendingDeletion', undefined, []],
    );
    assert.ok(Math.abs(waiting.DeletionDate!.getTime() - now() - 7 * dayMs) < 60_000);
    await server.advance('7d');
    await assert.rejects(describeKey(KeyId, home), { name: 'NotFoundException' });
  });

  test('is taken back, and then replicas are deleted and made again', async () => {
    const { KeyId } = await pair();
    await schedule(KeyId, home);
    await kms(home).send(new sdk.CancelKeyDeletionCommand({ KeyId }));
    const disabled = await describeKey(KeyId, home);
    assert.deepEqual([disabled.KeyState, disabled.PendingDeletionWindowInDays], ['Disabled', undefined]);
    await kms(home).send(new sdk.EnableKeyCommand({ KeyId }));
    const ciphertext = await encrypt(KeyId, home);
    await schedule(KeyId, away);
    await server.advance('7d');
    assert.deepEqual((await describeKey(KeyId, home)).MultiRegionConfiguration!.ReplicaKeys, []);
    await replicate(KeyId, away);
    assert.equal(await decrypt(ciphertext, away), 'kept');
  });
});

describe('a multi-Region key with imported material', () => {
  const forImport = async () => {
    const { KeyId } = await primaryKey({ Origin: 'EXTERNAL' });
    const material = randomBytes(32);
    const refusal = { name: 'KMSInvalidStateException', message: /is pending import\.$/ };
    await assert.rejects(replicate(KeyId, away), refusal);
    await importInto(kms(home), KeyId, material);
    await replicate(KeyId, away);
    return { KeyId, material };
  };

  test('takes it in each Region, and only the same', async () => {
    const { KeyId, material } = await forImport();
    assert.equal(await stateOf(KeyId, away), 'PendingImport');
    const incorrect = { name: 'IncorrectKeyMaterialException' };
    await assert.rejects(importInto(kms(away), KeyId, randomBytes(32)), incorrect);
    await assert.rejects(
      importInto(kms(away), KeyId, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' }),
      unsupported,
    );
    await importInto(kms(away), KeyId, material);
    assert.equal(await decrypt(await encrypt(KeyId, home), away), 'kept');
    await kms(home).send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId }));
    assert.deepEqual([await stateOf(KeyId, home), await stateOf(KeyId, away)], ['PendingImport', 'Enabled']);
  });

  test('is rotated when new material is in every Region', async () => {
    const { KeyId, material } = await forImport();
    await importInto(kms(away), KeyId, material);
    const next = randomBytes(32);
    const { KeyMaterialId } = await importInto(kms(home), KeyId, next, { ImportType: 'NEW_KEY_MATERIAL' });
    const pendingIn = async (region: string) => {
      const { KeyMaterialState, ImportState } = (await rotationsOf(KeyId, region)).at(-1)!;
      return [KeyMaterialState, ImportState];
    };
    const waiting = 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
    assert.deepEqual(await pendingIn(home), [waiting, 'IMPORTED']);
    assert.deepEqual(await pendingIn(away), [waiting, 'PENDING_IMPORT']);
    const rotate = () => kms(home).send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await assert.rejects(rotate(), { name: 'KMSInvalidStateException' });
    assert.equal(await stateOf(KeyId, away), 'Enabled');
    await importInto(kms(away), KeyId, next);
    for (const region of [home, away]) assert.deepEqual(await pendingIn(region), ['PENDING_ROTATION', 'IMPORTED']);
    await rotate();
    await server.advance('2s');
    for (const region of [home, away]) {
      assert.equal((await describeKey(KeyId, region)).CurrentKeyMaterialId, KeyMaterialId);
    }
    assert.equal(await decrypt(await encrypt(KeyId, away), home), 'kept');
  });

  test('forgets new material in every Region when it is deleted from the primary key', async () => {
    const { KeyId, material } = await forImport();
    await importInto(kms(away), KeyId, material);
    const next = randomBytes(32);
    const { KeyMaterialId } = await importInto(kms(home), KeyId, next, { ImportType: 'NEW_KEY_MATERIAL' });
    const ValidTo = new Date(now() + dayMs);
    await importInto(kms(away), KeyId, next, { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo });
    await kms(home).send(new sdk.DeleteImportedKeyMaterialCommand({ KeyId, KeyMaterialId }));
    for (const region of [home, away]) assert.equal((await rotationsOf(KeyId, region)).length, 1);
    await server.advance('2d');
    assert.equal(await stateOf(KeyId, away), 'Enabled');
  });
});

describe('who may', () => {
  const allow = (Action: string | string[], Condition: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    Condition,
  });
  const denied = { name: 'AccessDeniedException' };
  const as = async (name: string, region: string, ...statements: object[]) =>
    server.client(sdk.KMSClient, await server.user(name, ...statements), region);

  test('replicate may create keys in the other Region, too', async () => {
    const { KeyId } = await primaryKey();
    const command = (ReplicaRegion: string, Tags?: sdk.Tag[]) =>
      new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion, ...(Tags && { Tags }) });
    const half = await as('half', home, allow('kms:ReplicateKey'));
    await assert.rejects(half.send(command(away)), { ...denied, message: /kms:CreateKey/ });
    const whole = await as(
      'whole',
      home,
      allow('kms:ReplicateKey', { StringEquals: { 'kms:ReplicaRegion': away } }),
      allow('kms:CreateKey', {
        StringEquals: { 'aws:RequestedRegion': away, 'kms:MultiRegionKeyType': 'REPLICA', 'kms:MultiRegion': 'true' },
      }),
    );
    await assert.rejects(whole.send(command(third)), denied);
    await assert.rejects(whole.send(command(away, [{ TagKey: 'a', TagValue: 'b' }])), {
      ...denied,
      message: /kms:TagResource/,
    });
    const tagsAway = { Effect: 'Allow', Action: 'kms:TagResource', Resource: `arn:aws:kms:${away}:*:key/*` };
    const tagging = await as('tagging', home, allow(['kms:ReplicateKey', 'kms:CreateKey']), tagsAway);
    await tagging.send(command(away, [{ TagKey: 'a', TagValue: 'b' }]));
    await assert.rejects(tagging.send(command(third, [{ TagKey: 'a', TagValue: 'b' }])), denied);
    const { KeyId: other } = await primaryKey();
    await whole.send(new sdk.ReplicateKeyCommand({ KeyId: other, ReplicaRegion: away }));
  });

  test('update the primary Region may so for both keys', async () => {
    const { KeyId, Arn } = await pair();
    const one = await as('one', home, { ...allow('kms:UpdatePrimaryRegion'), Resource: Arn });
    const command = new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: away });
    await assert.rejects(one.send(command), denied);
    const condition = { StringEquals: { 'kms:PrimaryRegion': away } };
    await (await as('both', home, allow('kms:UpdatePrimaryRegion', condition))).send(command);
  });

  test('use keys can be held to primary keys, and make them to single-Region ones', async () => {
    const { KeyId } = await pair();
    const statement = allow('kms:Encrypt', { StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } });
    const command = new sdk.EncryptCommand({ KeyId, Plaintext: Buffer.from('x') });
    await (await as('here', home, statement)).send(command);
    await assert.rejects((await as('there', away, statement)).send(command), denied);
    const maker = await as('maker', home, allow('kms:CreateKey', { Bool: { 'kms:MultiRegion': 'false' } }));
    await maker.send(new sdk.CreateKeyCommand({}));
    await assert.rejects(maker.send(new sdk.CreateKeyCommand({ MultiRegion: true })), denied);
  });
});

test('a seeded key has the replicas that its seed names, at once', async () => {
  const id = 'mrk-1234abcd12ab34cd56ef1234567890ab';
  const seeded = await testServer({
    seedText: JSON.stringify({ keys: [{ region: home, id, aliases: ['alias/app'], replicas: [away] }] }),
  });
  const [here, there] = [home, away].map((region) => seeded.client(sdk.KMSClient, undefined, region));
  const Plaintext = Buffer.from('kept');
  const { CiphertextBlob } = await here!.send(new sdk.EncryptCommand({ KeyId: 'alias/app', Plaintext }));
  const { KeyId } = await there!.send(new sdk.DecryptCommand({ CiphertextBlob }));
  assert.equal(KeyId, `arn:aws:kms:${away}:111122223333:key/${id}`);
  const { KeyMetadata } = await there!.send(new sdk.DescribeKeyCommand({ KeyId: id }));
  assert.deepEqual(
    [KeyMetadata!.KeyState, KeyMetadata!.MultiRegionConfiguration!.PrimaryKey!.Region],
    ['Enabled', home],
  );
});
