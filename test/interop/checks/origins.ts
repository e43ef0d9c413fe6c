import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { importInto } from '../import-into.ts';
import { accountPrincipal, type Check, policyDocument, refused, type Stage } from '../stage.ts';

const away = { region: 'eu-west-1' };
const DoesNotExpire = { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' };
const Plaintext = Buffer.from('kept');
const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' } as const;

/** Waits for a state that comes by itself within seconds. */
const reached = async (stage: Stage, KeyId: string, state: string, as: object = {}): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if ((await stage.arrange('DescribeKey', { KeyId }, as)).KeyMetadata.KeyState === state) return;
    await sleep(100);
  }
  assert.fail(`${KeyId} did not become ${state}`);
};

/** Keys whose material comes from elsewhere: from their owner, or from a related key in another Region. */
export const originChecks: readonly Check[] = [
  {
    id: 'KMS-11',
    sentence: 'a key takes material that its owner made, the same again, and no other',
    run: async (stage) => {
      const { KeyMetadata } = await stage.call('CreateKey', { Origin: 'EXTERNAL' });
      const { KeyId, Arn } = KeyMetadata;
      assert.deepEqual([KeyMetadata.KeyState, KeyMetadata.Origin], ['PendingImport', 'EXTERNAL']);
      await refused(importInto(stage, KeyId, randomBytes(16)), 'IncorrectKeyMaterialException');
      const material = randomBytes(32);
      await importInto(stage, KeyId, material);
      const ready = (await stage.call('DescribeKey', { KeyId })).KeyMetadata;
      assert.deepEqual([ready.KeyState, ready.ExpirationModel], ['Enabled', 'KEY_MATERIAL_DOES_NOT_EXPIRE']);
      const { CiphertextBlob } = await stage.call('Encrypt', { KeyId, Plaintext });
      await refused(
        stage.call('EnableKeyRotation', { KeyId }),
        'UnsupportedOperationException',
        `${Arn} origin is EXTERNAL which is not valid for this operation.`,
      );
      await stage.call('DeleteImportedKeyMaterial', { KeyId });
      await refused(stage.call('Decrypt', { CiphertextBlob }), 'KMSInvalidStateException', `${Arn} is pending import.`);
      await refused(importInto(stage, KeyId, randomBytes(32)), 'IncorrectKeyMaterialException');
      await importInto(stage, KeyId, material);
      assert.deepEqual((await stage.call('Decrypt', { CiphertextBlob })).Plaintext, Plaintext);
    },
  },
  {
    id: 'KMS-26',
    sentence: 'a multi-Region key decrypts in one Region what it encrypted in another, and has one primary Region',
    run: async (stage) => {
      const { KeyMetadata } = await stage.call('CreateKey', { MultiRegion: true });
      const { KeyId, Arn } = KeyMetadata;
      assert.match(KeyId, /^mrk-[0-9a-f]{32}$/);
      const { ReplicaKeyMetadata } = await stage.call('ReplicateKey', { KeyId, ReplicaRegion: away.region });
      assert.equal(ReplicaKeyMetadata.KeyState, 'Creating');
      await reached(stage, KeyId, 'Enabled', away);
      await refused(stage.call('ReplicateKey', { KeyId, ReplicaRegion: away.region }), 'AlreadyExistsException');
      const { CiphertextBlob } = await stage.call('Encrypt', { KeyId, Plaintext });
      const decrypted = await stage.call('Decrypt', { KeyId, CiphertextBlob }, away);
      assert.deepEqual([decrypted.Plaintext, decrypted.KeyId], [Plaintext, ReplicaKeyMetadata.Arn]);

      await stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 180 });
      const { KeyRotationEnabled, RotationPeriodInDays } = await stage.call('GetKeyRotationStatus', { KeyId }, away);
      assert.deepEqual([KeyRotationEnabled, RotationPeriodInDays], [true, 180]);
      await refused(stage.call('EnableKeyRotation', { KeyId }, away), 'UnsupportedOperationException');

      // Policy, aliases, tags and state are each key's own.
      const Policy = policyDocument({ Principal: accountPrincipal, Action: ['kms:*'] });
      await stage.call('PutKeyPolicy', { KeyId, PolicyName: 'default', Policy }, away);
      await stage.call('CreateAlias', { AliasName: `alias/${KeyId}`, TargetKeyId: KeyId }, away);
      await stage.call('TagResource', { KeyId, Tags: [{ TagKey: 'place', TagValue: 'away' }] }, away);
      const own = async (as: object) => [
        JSON.parse((await stage.arrange('GetKeyPolicy', { KeyId, PolicyName: 'default' }, as)).Policy).Id,
        (await stage.arrange('ListAliases', { KeyId }, as)).Aliases.length,
        (await stage.arrange('ListResourceTags', { KeyId }, as)).Tags.length,
      ];
      assert.deepEqual(
        [await own({}), await own(away)],
        [
          ['key-default-1', 0, 0],
          [undefined, 1, 1],
        ],
      );
      await stage.call('DisableKey', { KeyId }, away);
      await stage.call('Encrypt', { KeyId, Plaintext });
      await refused(stage.call('Encrypt', { KeyId, Plaintext }, away), 'DisabledException');
      await stage.call('EnableKey', { KeyId }, away);

      await stage.call('UpdatePrimaryRegion', { KeyId, PrimaryRegion: away.region });
      await reached(stage, KeyId, 'Enabled');
      await reached(stage, KeyId, 'Enabled', away);
      const kindOf = async (as: object) =>
        (await stage.call('DescribeKey', { KeyId }, as)).KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType;
      assert.deepEqual([await kindOf({}), await kindOf(away)], ['REPLICA', 'PRIMARY']);
      await refused(
        stage.call('ReplicateKey', { KeyId, ReplicaRegion: 'ap-south-1' }),
        'UnsupportedOperationException',
        `${Arn} is not a multi-Region primary key.`,
      );
      const scheduled = await stage.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 }, away);
      assert.equal(scheduled.KeyState, 'PendingReplicaDeletion');
    },
  },
  {
    id: 'KMS-28',
    sentence: 'what a key is it stays, and what belongs to another origin is refused',
    run: async (stage) => {
      const own = await stage.key();
      const unfit = `${own.Arn} origin is AWS_KMS which is not valid for this operation.`;
      const KeyId = own.KeyId;
      await refused(
        stage.call('GetParametersForImport', { KeyId, ...wrapping }),
        'UnsupportedOperationException',
        unfit,
      );
      await refused(stage.call('DeleteImportedKeyMaterial', { KeyId }), 'UnsupportedOperationException', unfit);
      const anything = { ImportToken: Plaintext, EncryptedKeyMaterial: Plaintext, ...DoesNotExpire };
      await refused(stage.call('ImportKeyMaterial', { KeyId, ...anything }), 'UnsupportedOperationException', unfit);
      await refused(
        stage.call('ReplicateKey', { KeyId, ReplicaRegion: away.region }),
        'UnsupportedOperationException',
        `${own.Arn} is not a multi-Region primary key.`,
      );
      await stage.call('UpdateKeyDescription', { KeyId, Description: 'changed' });
      await stage.call('DisableKey', { KeyId });
      await stage.call('EnableKey', { KeyId });
      const { KeyMetadata } = await stage.call('DescribeKey', { KeyId });
      for (const member of ['Origin', 'KeySpec', 'KeyUsage', 'MultiRegion', 'CreationDate']) {
        assert.deepEqual(KeyMetadata[member], own[member], member);
      }
    },
  },
];
