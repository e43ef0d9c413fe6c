import assert from 'node:assert/strict';
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyArn } from '../../../src/services/kms/key-arn.ts';
import type { StoredMaterial } from '../../../src/services/kms/key-material.ts';
import { keyRecords } from '../../../src/services/kms/key-record.ts';
import { openStore } from '../../../src/store/open.ts';
import { account, region } from '../../spawned-server.ts';
import { importInto } from '../import-into.ts';
import { type Check, refused, type Stage } from '../stage.ts';

const day = 86_400_000;

/** What keys are, do and become. */
export const keyChecks: readonly Check[] = [
  {
    id: 'KMS-01',
    sentence: 'create-key makes a symmetric key, and describe-key shows the same by id, ARN, alias name and alias ARN',
    run: async (stage) => {
      const { KeyMetadata } = await stage.call('CreateKey', {});
      const { CurrentKeyMaterialId, CreationDate, KeyId, Arn, Description, ...facts } = KeyMetadata;
      assert.deepEqual(facts, {
        AWSAccountId: account,
        CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        Enabled: true,
        EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
        KeyManager: 'CUSTOMER',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyState: 'Enabled',
        KeyUsage: 'ENCRYPT_DECRYPT',
        MultiRegion: false,
        Origin: 'AWS_KMS',
      });
      assert.match(CurrentKeyMaterialId, /^[0-9a-f]{64}$/);
      const alias = await stage.alias(KeyId);
      for (const name of [KeyId, Arn, alias, `arn:aws:kms:us-east-1:${account}:${alias}`]) {
        assert.deepEqual((await stage.call('DescribeKey', { KeyId: name })).KeyMetadata, KeyMetadata);
      }
    },
  },
  {
    id: 'KMS-02',
    sentence: 'decrypt finds the key from the ciphertext and names it by its ARN',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const Plaintext = randomBytes(100);
      const encrypted = await stage.call('Encrypt', { KeyId, Plaintext });
      assert.equal(encrypted.KeyId, Arn);
      const decrypted = await stage.call('Decrypt', { CiphertextBlob: encrypted.CiphertextBlob });
      assert.deepEqual(decrypted.Plaintext, Plaintext);
      assert.equal(decrypted.KeyId, Arn);
      assert.equal(decrypted.EncryptionAlgorithm, 'SYMMETRIC_DEFAULT');
    },
  },
  {
    id: 'KMS-03',
    sentence:
      'no answer and no file shows the material of a symmetric key, and the same encrypts to something else each time',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      await refused(stage.call('GetPublicKey', { KeyId }), 'UnsupportedOperationException', new RegExp(Arn));
      const [one, other] = [
        await stage.call('Encrypt', { KeyId, Plaintext: Buffer.from('same') }),
        await stage.call('Encrypt', { KeyId, Plaintext: Buffer.from('same') }),
      ];
      assert.notDeepEqual(one.CiphertextBlob, other.CiphertextBlob);

      const known = randomBytes(32);
      await importInto(stage, (await stage.call('CreateKey', { Origin: 'EXTERNAL' })).KeyMetadata.KeyId, known);
      for (const material of [known, await materialOf(stage, KeyId)]) {
        for (const shown of [material, material.toString('hex'), material.toString('base64').slice(0, 42)])
          assert.deepEqual(filesWith(stage.data, shown), []);
      }
      assert.notDeepEqual(filesWith(stage.data, 'SQLite format 3'), []);
    },
  },
  {
    id: 'KMS-04',
    sentence: 'encrypt takes 4096 bytes and not one more',
    run: async (stage) => {
      const { KeyId } = await stage.key();
      await stage.call('Encrypt', { KeyId, Plaintext: randomBytes(4096) });
      await refused(
        stage.call('Encrypt', { KeyId, Plaintext: randomBytes(4097) }),
        'ValidationException',
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
      );
    },
  },
  {
    id: 'KMS-05',
    sentence: 'what anybody encrypts to the public key of an RSA key, decrypt brings back, and only with the key named',
    run: async (stage) => {
      const { KeyId } = await stage.key({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
      const { PublicKey, ...shown } = await stage.call('GetPublicKey', { KeyId });
      assert.doesNotMatch(JSON.stringify(shown), /private/i);
      assert.equal(publicKeyOf(PublicKey).type, 'public');
      const key = { key: publicKeyOf(PublicKey), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
      const CiphertextBlob = publicEncrypt(key, Buffer.from('to the public key'));
      const input = { CiphertextBlob, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' };
      const { Plaintext } = await stage.call('Decrypt', { KeyId, ...input });
      assert.equal(Plaintext.toString(), 'to the public key');
      await refused(stage.call('Decrypt', input), 'ValidationException');
      await refused(
        stage.call('Encrypt', { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', Plaintext: Buffer.alloc(191) }),
        'ValidationException',
        'Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.',
      );
    },
  },
  {
    id: 'KMS-07',
    sentence: 'a disabled key does nothing until it is enabled again',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext: Buffer.from('x') });
      const stateNow = async () => (await stage.call('DescribeKey', { KeyId })).KeyMetadata;

      await stage.call('DisableKey', { KeyId });
      for (const [operation, input] of [
        ['Encrypt', { KeyId, Plaintext: Buffer.from('x') }],
        ['Decrypt', { CiphertextBlob }],
        ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
      ] as const) {
        await refused(stage.call(operation, input), 'DisabledException', `${Arn} is disabled.`);
      }
      const disabled = await stateNow();
      assert.deepEqual([disabled.KeyState, disabled.Enabled], ['Disabled', false]);

      await stage.call('EnableKey', { KeyId });
      await stage.call('Encrypt', { KeyId, Plaintext: Buffer.from('x') });
      await stage.call('Decrypt', { CiphertextBlob });
      await stage.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
      const enabled = await stateNow();
      assert.deepEqual([enabled.KeyState, enabled.Enabled], ['Enabled', true]);
    },
  },
  {
    id: 'KMS-10',
    sentence: 'update-alias moves an application to a new key, and what the old key encrypted still decrypts',
    run: async (stage) => {
      const [old, fresh] = [await stage.key(), await stage.key()];
      const AliasName = await stage.alias(old.KeyId);
      const before = await stage.arrange('Encrypt', { KeyId: AliasName, Plaintext: Buffer.from('old') });
      await stage.call('UpdateAlias', { AliasName, TargetKeyId: fresh.KeyId });
      const after = await stage.call('Encrypt', { KeyId: AliasName, Plaintext: Buffer.from('new') });
      assert.equal(before.KeyId, old.Arn);
      assert.equal(after.KeyId, fresh.Arn);
      const decrypted = await stage.call('Decrypt', { CiphertextBlob: before.CiphertextBlob });
      assert.equal(decrypted.Plaintext.toString(), 'old');
      assert.notEqual(old.KeyId, fresh.KeyId);
      await stage.arrange('DisableKey', { KeyId: old.KeyId });
      const again = stage.call('Decrypt', { CiphertextBlob: before.CiphertextBlob });
      await refused(again, 'DisabledException', `${old.Arn} is disabled.`);
    },
  },
  {
    id: 'KMS-13',
    sentence:
      'the server’s own keys, under which it keeps everything, appear nowhere: no list, no description, no event',
    run: async (stage) => {
      const elsewhere = { region: 'eu-north-1' };
      // Kept under keys of the server's own, as all that it stores.
      const Name = `/check/${randomUUID()}`;
      await stage.call('ssm:PutParameter', { Name, Value: 'not secret', Type: 'String' }, elsewhere);
      await stage.call('ssm:GetParameter', { Name }, elsewhere);
      assert.deepEqual((await stage.call('ListKeys', {}, elsewhere)).Keys, []);
      const owned = `arn:aws:kms:eu-north-1:${account}:key/${randomUUID()}`;
      await refused(stage.call('DescribeKey', { KeyId: owned }, elsewhere), 'NotFoundException');
      for (const operation of ['Encrypt', 'Decrypt', 'GenerateDataKey', 'CreateKey']) {
        const there = (await stage.journal(operation)).filter(({ awsRegion }) => awsRegion === 'eu-north-1');
        assert.deepEqual(there, [], operation);
      }
      const { Aliases } = await stage.call('ListAliases', {}, elsewhere);
      for (const { AliasName, TargetKeyId } of Aliases) {
        assert.match(AliasName, /^alias\/aws\//);
        assert.equal(TargetKeyId, undefined);
      }
    },
  },
  {
    id: 'KMS-18',
    sentence: 'a key is there in its own Region only',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext: Buffer.from('x') });
      const elsewhere = { region: 'eu-west-1' };
      await refused(
        stage.call('DescribeKey', { KeyId }, elsewhere),
        'NotFoundException',
        `Key 'arn:aws:kms:eu-west-1:${account}:key/${KeyId}' does not exist`,
      );
      await refused(stage.call('DescribeKey', { KeyId: Arn }, elsewhere), 'NotFoundException', 'Invalid arn us-east-1');
      await refused(stage.call('Decrypt', { CiphertextBlob }, elsewhere), 'AccessDeniedException', notHere);
    },
  },
  {
    id: 'KMS-19',
    sentence: 'a data key encrypts 10 MB outside, and its ciphertext brings it back',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const dataKey = await stage.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
      assert.equal(dataKey.KeyId, Arn);
      assert.equal(dataKey.Plaintext.length, 32);
      const [file, iv] = [randomBytes(10 * 1024 * 1024), randomBytes(12)];
      const cipher = createCipheriv('aes-256-gcm', dataKey.Plaintext, iv);
      const sealed = Buffer.concat([cipher.update(file), cipher.final()]);

      const { Plaintext } = await stage.call('Decrypt', { CiphertextBlob: dataKey.CiphertextBlob });
      assert.deepEqual(Plaintext, dataKey.Plaintext);
      const decipher = createDecipheriv('aes-256-gcm', Plaintext, iv).setAuthTag(cipher.getAuthTag());
      assert.ok(Buffer.concat([decipher.update(sealed), decipher.final()]).equals(file));

      const hidden = await stage.call('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' });
      assert.equal(hidden.Plaintext, undefined);
      assert.ok(hidden.CiphertextBlob.length > 32);
    },
  },
  {
    id: 'KMS-35',
    sentence: 'a key is deleted 7 to 30 days after it was scheduled, unless that is cancelled',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext: Buffer.from('x') });
      for (const PendingWindowInDays of [6, 31]) {
        await refused(stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays }), 'ValidationException');
      }
      const began = await stage.now();
      const scheduled = await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
      assert.deepEqual([scheduled.KeyId, scheduled.KeyState], [Arn, 'PendingDeletion']);
      const days = (scheduled.DeletionDate.getTime() - began) / day;
      assert.ok(days > 6.99 && days < 7.01, `${days} days`);
      await refused(
        stage.call('Decrypt', { CiphertextBlob }),
        'KMSInvalidStateException',
        `${Arn} is pending deletion.`,
      );

      await stage.call('CancelKeyDeletion', { KeyId });
      assert.equal((await stage.arrange('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'Disabled');

      await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 30 });
      await stage.advance(29);
      assert.equal((await stage.arrange('DescribeKey', { KeyId })).KeyMetadata.KeyState, 'PendingDeletion');
      await stage.advance(2);
      await refused(stage.call('DescribeKey', { KeyId }), 'NotFoundException', `Key '${Arn}' does not exist`);
      await refused(stage.call('Decrypt', { CiphertextBlob }), 'AccessDeniedException', notHere);
    },
  },
];

/** What AWS says of a ciphertext whose key it cannot find. */
const notHere = /on the resource associated with this ciphertext because the resource does not exist in this Region/;

/** The raw material of a symmetric key, read from the store as the server reads it. */
const materialOf = async (stage: Stage, id: string): Promise<Buffer> => {
  const store = await openStore({ data: stage.data, shared: true });
  try {
    const place = { account, region, id };
    const { materials } = (await store.transact((tx) => keyRecords.find(tx, [account, region, id])))!;
    const [{ id: materialId, wrapped }] = materials as [StoredMaterial];
    return store.keyWrap('kms.key-material').unwrap(wrapped!, `${keyArn(place)} ${materialId}`);
  } finally {
    await store.close();
  }
};

/** Files of a directory that have these bytes in them. */
const filesWith = (directory: string, bytes: Buffer | string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(bytes));

const publicKeyOf = (der: Buffer): KeyObject => createPublicKey({ key: der, format: 'der', type: 'spki' });
