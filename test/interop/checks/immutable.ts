import assert from 'node:assert/strict';
import { type Check, refused, type Stage } from '../stage.ts';

/** Services that encrypt for their callers, under keys of these. */
const services: readonly {
  readonly title: string;
  readonly principal: string;
  /** The operation that it encrypts with. */
  readonly encrypts: string;
  /** What its encryption context names what is encrypted by. */
  readonly contextKey: string;
  readonly write: (stage: Stage, name: string, KeyId: string) => Promise<unknown>;
  readonly read: (stage: Stage, name: string) => Promise<string>;
  /** What it says when the key is disabled. */
  readonly refusal: string;
}[] = [
  {
    title: 'Parameter Store',
    principal: 'ssm.amazonaws.com',
    encrypts: 'Encrypt',
    contextKey: 'PARAMETER_ARN',
    write: (stage, name, KeyId) =>
      stage.call('ssm:PutParameter', { Name: `/${name}`, Value: 's3cret', Type: 'SecureString', KeyId }),
    read: async (stage, name) =>
      (await stage.call('ssm:GetParameter', { Name: `/${name}`, WithDecryption: true })).Parameter.Value,
    refusal: 'InvalidKeyId',
  },
  {
    title: 'Secrets Manager',
    principal: 'secretsmanager.amazonaws.com',
    encrypts: 'GenerateDataKey',
    contextKey: 'SecretARN',
    write: (stage, Name, KmsKeyId) =>
      stage.call('secretsmanager:CreateSecret', { Name, SecretString: 's3cret', KmsKeyId }),
    read: async (stage, SecretId) => (await stage.call('secretsmanager:GetSecretValue', { SecretId })).SecretString,
    refusal: 'DecryptionFailure',
  },
];

/** What a key is for good, and what becomes of what services encrypted when it ends. */
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
  ...services.map(({ principal, title, encrypts, contextKey, write, read, refusal }) => ({
    id: 'KMS-29',
    sentence: `what ${title} does with a key is journalled as its, with its context, and ends with the key`,
    run: async (stage: Stage) => {
      const { KeyId, Arn } = await stage.key();
      const name = `check/${KeyId}`;
      await write(stage, name, KeyId);
      assert.equal(await read(stage, name), 's3cret');
      for (const operation of [encrypts, 'Decrypt']) {
        const event = (await stage.journal(operation)).findLast(({ resources }) => resources?.[0]?.ARN === Arn)!;
        assert.equal(event.userIdentity.invokedBy, principal);
        assert.equal(event.sourceIPAddress, principal);
        const { encryptionContext } = event.requestParameters as { encryptionContext: Record<string, string> };
        assert.ok(encryptionContext[contextKey]!.includes(name));
      }
      await stage.call('DisableKey', { KeyId });
      await refused(read(stage, name), refusal, /disabled/);
    },
  })),
];
