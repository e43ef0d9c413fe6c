import assert from 'node:assert/strict';
import { type Check, refused } from '../stage.ts';

/** What a key is for good. */
export const immutableChecks: readonly Check[] = [
  {
    id: 'KMS-28',
    sentence:
      'nothing changes what a key is: origin, spec, usage and Region stay, and operations of other origins refuse',
    run: async (stage) => {
      const made = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
      const { KeyId, Arn } = await stage.key(made);
      const facts = async () => {
        const { Origin, KeySpec, KeyUsage, MultiRegion, CreationDate } = (await stage.call('DescribeKey', { KeyId }))
          .KeyMetadata;
        return { Origin, KeySpec, KeyUsage, MultiRegion, CreationDate };
      };
      const before = await facts();
      assert.deepEqual([before.Origin, before.KeySpec, before.MultiRegion], ['AWS_KMS', 'ECC_NIST_P256', false]);
      await stage.arrange('UpdateKeyDescription', { KeyId, Description: 'another' });
      await stage.arrange('DisableKey', { KeyId });
      await stage.arrange('ScheduleKeyDeletion', { KeyId });
      await stage.arrange('CancelKeyDeletion', { KeyId });
      await stage.arrange('EnableKey', { KeyId });
      assert.deepEqual(await facts(), before);

      const symmetric = await stage.key();
      const wrapping = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' };
      for (const [operation, input] of [
        ['GetParametersForImport', { KeyId: symmetric.KeyId, ...wrapping }],
        ['DeleteImportedKeyMaterial', { KeyId: symmetric.KeyId }],
        ['EnableKeyRotation', { KeyId }],
        ['RotateKeyOnDemand', { KeyId }],
      ] as const) {
        await refused(stage.call(operation, input), 'UnsupportedOperationException');
      }
      const Plaintext = Buffer.from('x');
      await refused(
        stage.call('Encrypt', { KeyId, Plaintext }),
        'InvalidKeyUsageException',
        new RegExp(`^${Arn} key usage is SIGN_VERIFY`),
      );
    },
  },
  {
    id: 'KMS-29',
    sentence: 'what Parameter Store does with a key is journalled as its, with its context, and ends with the key',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const Name = `/check/${KeyId}`;
      await stage.call('ssm:PutParameter', { Name, Value: 's3cret', Type: 'SecureString', KeyId });
      const read = { Name, WithDecryption: true };
      assert.equal((await stage.call('ssm:GetParameter', read)).Parameter.Value, 's3cret');
      for (const operation of ['Encrypt', 'Decrypt']) {
        const event = (await stage.journal(operation)).findLast(({ resources }) => resources?.[0]?.ARN === Arn)!;
        assert.equal(event.userIdentity.invokedBy, 'ssm.amazonaws.com');
        assert.equal(event.sourceIPAddress, 'ssm.amazonaws.com');
        const { encryptionContext } = event.requestParameters as { encryptionContext: Record<string, string> };
        assert.match(encryptionContext.PARAMETER_ARN!, new RegExp(`:parameter${Name}$`));
      }
      await stage.call('DisableKey', { KeyId });
      await refused(stage.call('ssm:GetParameter', read), 'InvalidKeyId', /is disabled/);
    },
  },
];
