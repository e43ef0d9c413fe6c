import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { billOf, hoursOfMonth, toTheMiddleOfAMonth } from '../bill.ts';
import { type Check, policyDocument, refused } from '../stage.ts';

const dayMs = 86_400_000;
const Plaintext = Buffer.from('kept for years');

/** What happens to keys in the course of years. */
export const lifetimeChecks: readonly Check[] = [
  {
    id: 'KMS-08',
    sentence: 'a key rotates every 365 days, or every 90 to 2,560 as is asked, and the rotation is journalled',
    run: async (stage) => {
      const { KeyId, Arn, CurrentKeyMaterialId } = await stage.key();
      // The AWS CLI and boto3 refuse what is too little themselves.
      const tooOften = stage.arrange('EnableKeyRotation', { KeyId, RotationPeriodInDays: 89 });
      await refused(tooOften, 'ValidationException');
      const tooSeldom = stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 2561 });
      await refused(tooSeldom, 'ValidationException');
      for (const RotationPeriodInDays of [90, 2560]) {
        await stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays });
        const status = await stage.call('GetKeyRotationStatus', { KeyId });
        assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, RotationPeriodInDays]);
      }
      const other = (await stage.key()).KeyId;
      const enabledAt = await stage.now();
      await stage.call('EnableKeyRotation', { KeyId: other });
      const { NextRotationDate, ...status } = await stage.call('GetKeyRotationStatus', { KeyId: other });
      assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 365]);
      assert.ok(Math.abs(NextRotationDate.getTime() - enabledAt - 365 * dayMs) < dayMs / 24);

      await stage.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext });
      await stage.advance(91);
      const decrypted = await stage.call('Decrypt', { CiphertextBlob });
      assert.deepEqual([decrypted.Plaintext, decrypted.KeyMaterialId], [Plaintext, CurrentKeyMaterialId]);
      const { Rotations } = await stage.call('ListKeyRotations', { KeyId });
      assert.deepEqual(
        Rotations.map(({ RotationType }: { RotationType: string }) => RotationType),
        ['AUTOMATIC'],
      );
      const event = (await stage.journal('RotateKey')).findLast(({ resources }) => resources?.[0]?.ARN === Arn)!;
      assert.equal(event.eventType, 'AwsServiceEvent');
      const { previousKeyMaterialId } = event.serviceEventDetails as { readonly previousKeyMaterialId: string };
      assert.equal(previousKeyMaterialId, CurrentKeyMaterialId);
    },
  },
  {
    id: 'KMS-09',
    sentence: 'a rotated key keeps its names, decrypts what it ever encrypted, and encrypts with new material',
    run: async (stage) => {
      const before = await stage.key();
      const { KeyId, Arn } = before;
      const alias = await stage.alias(KeyId);
      const old = await stage.call('Encrypt', { KeyId: alias, Plaintext });
      await stage.call('RotateKeyOnDemand', { KeyId });
      // AWS says that it may take a while; here it is a job of the background.
      const after = await until(async () => {
        const { KeyMetadata } = await stage.arrange('DescribeKey', { KeyId: alias });
        return KeyMetadata.CurrentKeyMaterialId === before.CurrentKeyMaterialId ? undefined : KeyMetadata;
      });
      assert.deepEqual([after.KeyId, after.Arn], [KeyId, Arn]);
      const decrypted = await stage.call('Decrypt', { CiphertextBlob: old.CiphertextBlob });
      assert.deepEqual([decrypted.Plaintext, decrypted.KeyMaterialId], [Plaintext, before.CurrentKeyMaterialId]);
      const fresh = await stage.call('Encrypt', { KeyId: alias, Plaintext });
      const { KeyMaterialId } = await stage.call('Decrypt', { CiphertextBlob: fresh.CiphertextBlob });
      assert.equal(KeyMaterialId, after.CurrentKeyMaterialId);
      const { Rotations } = await stage.call('ListKeyRotations', { KeyId });
      assert.equal(Rotations[0].RotationType, 'ON_DEMAND');
    },
  },
  {
    id: 'KMS-12',
    sentence: 'the first secret of Parameter Store makes alias/aws/ssm, a key that AWS manages and nobody changes',
    run: async (stage) => {
      const region = freshRegion();
      const there = { region };
      const aliases = async () =>
        (await stage.call('ListAliases', {}, there)).Aliases.filter(
          ({ TargetKeyId }: { TargetKeyId?: string }) => TargetKeyId !== undefined,
        ).map(({ AliasName }: { AliasName: string }) => AliasName);
      assert.deepEqual(await aliases(), []);
      await stage.call('ssm:PutParameter', { Name: 'secret', Value: 's3cret', Type: 'SecureString' }, there);
      assert.deepEqual(await aliases(), ['alias/aws/ssm']);
      const { KeyMetadata } = await stage.call('DescribeKey', { KeyId: 'alias/aws/ssm' }, there);
      const { KeyId, KeyManager, KeyState } = KeyMetadata;
      assert.deepEqual([KeyManager, KeyState], ['AWS', 'Enabled']);
      const { Policy } = await stage.call('GetKeyPolicy', { KeyId, PolicyName: 'default' }, there);
      assert.match(Policy, /kms:ViaService/);
      assert.match(Policy, /kms:CallerAccount/);
      const status = await stage.call('GetKeyRotationStatus', { KeyId }, there);
      assert.deepEqual([status.KeyRotationEnabled, status.RotationPeriodInDays], [true, 365]);
      for (const [operation, input] of [
        ['PutKeyPolicy', { PolicyName: 'default', Policy: policyDocument({ Principal: '*', Action: 'kms:*' }) }],
        ['ScheduleKeyDeletion', {}],
        ['DisableKey', {}],
        ['EnableKeyRotation', {}],
        ['Encrypt', { Plaintext }],
      ] as const) {
        await refused(stage.call(operation, { KeyId, ...input }, there), 'AccessDeniedException');
      }
      const reserved = {
        AliasName: 'alias/aws/mine',
        TargetKeyId: (await stage.arrange('CreateKey', {}, there)).KeyMetadata.KeyId,
      };
      await refused(stage.call('CreateAlias', reserved, there), 'NotAuthorizedException');
    },
  },
  {
    id: 'KMS-24',
    sentence:
      'prices are AWS’s, and the bill is a dollar a key and month, by the hour, and $0.03 for 10,000 requests; keys that AWS manages and those to be deleted cost nothing',
    run: async (stage) => {
      const { PriceList } = await stage.call('pricing:GetProducts', {
        ServiceCode: 'awskms',
        Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: 'us-east-1' }],
      });
      const prices = JSON.stringify(PriceList.map((product: unknown) => JSON.parse(String(product))));
      for (const usd of ['1.0000000000', '0.0000030000']) assert.ok(prices.includes(`"USD":"${usd}"`), usd);

      // A month of which the half is left, in a Region that nobody else uses.
      await toTheMiddleOfAMonth(stage);
      const there = { region: freshRegion() };
      const keys = await Promise.all([1, 2, 3].map(() => stage.arrange('CreateKey', {}, there)));
      const [first, second, third] = keys.map(({ KeyMetadata }) => KeyMetadata.KeyId as string);
      await stage.call('ScheduleKeyDeletion', { KeyId: third }, there);
      for (let n = 0; n < 7; n++) await stage.arrange('Encrypt', { KeyId: first, Plaintext }, there);
      await stage.call('Encrypt', { KeyId: second, Plaintext }, there);
      // Its uses are paid for, the key is not.
      await stage.call('ssm:PutParameter', { Name: 'secret', Value: 's3cret', Type: 'SecureString' }, there);
      await stage.arrange('DescribeKey', { KeyId: 'alias/aws/ssm' }, there);
      await stage.advance(5);
      const bill = await billOf(stage, 'AWS Key Management Service', there.region);
      const requests = 3 + 1 + 8 + 2;
      assert.deepEqual(bill['KMS-Requests'], [Number((requests * 0.000003).toFixed(10)), requests]);
      const hours = await hoursOfMonth(stage);
      // Two keys for five days, each hour that was begun, and the third for the hour in which it was to be deleted; an hour
      // may strike while the check goes on, for each of the three.
      const [usd, keyMonths] = bill['KMS-Keys'] as [number, number];
      const spent = (2 * 5 * 24 + 3) / hours;
      assert.ok(Math.abs(usd - spent) < 3.5 / hours && Math.abs(keyMonths - usd) < 1e-9, `${usd} not ${spent}`);
    },
  },
  {
    id: 'KMS-25',
    sentence: 'the journal tells who decrypted what with which key and context, and nothing of what it was',
    run: async (stage) => {
      const { KeyId, Arn } = await stage.key();
      const user = await stage.user({ Action: 'kms:Decrypt' });
      const EncryptionContext = { department: randomUUID() };
      const secret = Buffer.from(`told to nobody ${randomUUID()}`);
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext: secret, EncryptionContext });
      await stage.call('Decrypt', { CiphertextBlob, EncryptionContext }, user);
      const event = (await stage.journal('Decrypt')).findLast(({ userIdentity }) => userIdentity.arn === user.arn)!;
      assert.deepEqual(event.resources?.[0]?.ARN, Arn);
      const { encryptionContext } = event.requestParameters as { readonly encryptionContext: object };
      assert.deepEqual(encryptionContext, EncryptionContext);
      assert.ok(Math.abs(Date.parse(event.eventTime) - (await stage.now())) < 60_000);
      const text = JSON.stringify(event);
      for (const hidden of [secret, CiphertextBlob]) assert.ok(!text.includes(hidden.toString('base64').slice(0, 40)));
    },
  },
];

const regions = [
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-central-1',
  'eu-north-1',
  'us-west-1',
  'us-west-2',
  'sa-east-1',
];

/** A Region in which nothing was done yet. */
const freshRegion = (): string => regions.pop()!;

const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
  for (let attempt = 0; attempt < 50; attempt++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail('it did not come to be in five seconds');
};
