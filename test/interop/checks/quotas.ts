import assert from 'node:assert/strict';
import { bulwark } from '../../bulwark.ts';
import { type Check, refused, type Stage } from '../stage.ts';

const Plaintext = Buffer.from('x');
const symmetricRate = { ServiceCode: 'kms', QuotaCode: 'L-6E3AF000' };
const tooFast = 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';

/** Request quotas: each check has a Region, and so buckets, of its own. */
export const quotaChecks: readonly Check[] = [
  {
    id: 'KMS-20',
    sentence: 'symmetric operations share a quota that other keys and the management of keys do not count against',
    run: async (stage) => {
      const there = await quotaOf(stage, oneIn100Seconds);
      const { KeyMetadata } = await stage.arrange('CreateKey', {}, there);
      const { KeyId } = KeyMetadata;
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext }, there);
      for (const [operation, input] of [
        ['Encrypt', { KeyId, Plaintext }],
        ['Decrypt', { CiphertextBlob }],
        ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
      ] as const) {
        await refused(stage.call(operation, input, there), 'ThrottlingException', tooFast);
      }
      await stage.call('EnableKey', { KeyId }, there);
      await stage.call('DescribeKey', { KeyId }, there);
      const Message = Buffer.from('signed all the same');
      for (const [KeySpec, SigningAlgorithm] of [
        ['RSA_2048', 'RSASSA_PSS_SHA_256'],
        ['ECC_NIST_P256', 'ECDSA_SHA_256'],
        ['ML_DSA_44', 'ML_DSA_SHAKE_256'],
      ] as const) {
        const signer = await stage.arrange('CreateKey', { KeySpec, KeyUsage: 'SIGN_VERIFY' }, there);
        await stage.call('Sign', { KeyId: signer.KeyMetadata.KeyId, SigningAlgorithm, Message }, there);
      }
    },
  },
  {
    id: 'KMS-20',
    sentence: 'a burst within the quota is served, and one request above it is not',
    run: async (stage) => {
      const there = await quotaOf(stage, 10);
      const { KeyId } = (await stage.arrange('CreateKey', {}, there)).KeyMetadata;
      const { CiphertextBlob } = await stage.arrange('Encrypt', { KeyId, Plaintext }, there);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const burst = (count: number) =>
        Promise.allSettled(
          Array.from({ length: count }, (_, n) =>
            n % 3 === 0
              ? stage.arrange('Decrypt', { CiphertextBlob }, there)
              : stage.arrange('GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, there),
          ),
        );
      const refusedIn = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
        outcomes.filter(({ status }) => status === 'rejected').length;
      assert.equal(refusedIn(await burst(10)), 0);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      // A machine that is busy may take more than a second for them, and then more are served.
      const began = performance.now();
      const above = refusedIn(await burst(13));
      if (performance.now() - began < 1000) assert.equal(above, 3);
    },
  },
  {
    id: 'KMS-21',
    sentence: 'what Parameter Store encrypts for a caller counts against that caller’s quota of KMS',
    run: async (stage) => {
      const there = await quotaOf(stage, 0.01);
      // The first secret takes the only request of these 100 seconds.
      await stage.call('ssm:PutParameter', { Name: 'first', Value: 's3cret', Type: 'SecureString' }, there);
      const read = { Name: 'first', WithDecryption: true };
      await refused(stage.call('ssm:GetParameter', read, there), 'ThrottlingException');
      await refused(stage.call('GenerateRandom', { NumberOfBytes: 8 }, there), 'ThrottlingException', tooFast);
      const second = { Name: 'second', Value: 's3cret', Type: 'SecureString' };
      await refused(stage.call('ssm:PutParameter', second, there), 'ThrottlingException');
      await stage.call('ssm:PutParameter', { ...second, Type: 'String' }, there);
      await stage.call('ssm:GetParameter', { Name: 'first' }, there);
    },
  },
  {
    id: 'KMS-23',
    sentence: 'a request for a higher quota waits for the operator, and is in force when it is approved',
    run: async (stage) => {
      const there = await quotaOf(stage, oneIn100Seconds);
      const { Quotas } = await stage.call('service-quotas:ListServiceQuotas', { ServiceCode: 'kms' }, there);
      const named = Quotas.find(
        ({ QuotaName }: { QuotaName: string }) => QuotaName === 'Cryptographic operations (symmetric) request rate',
      );
      assert.deepEqual(
        [named.QuotaCode, named.Value, named.Adjustable],
        [symmetricRate.QuotaCode, oneIn100Seconds, true],
      );

      const asked = await stage.call(
        'service-quotas:RequestServiceQuotaIncrease',
        { ...symmetricRate, DesiredValue: 1000 },
        there,
      );
      const { Id, Status } = asked.RequestedQuota;
      assert.equal(Status, 'PENDING');
      const random = () => stage.call('GenerateRandom', { NumberOfBytes: 8 }, there);
      await random();
      await refused(random(), 'ThrottlingException', tooFast);

      const approved = await bulwark(
        ...['quotas', 'approve', Id, '--data', stage.data, '--port', String(stage.server.port)],
      );
      assert.equal(approved.exitCode, 0, approved.stderr);
      const { RequestedQuota } = await stage.call(
        'service-quotas:GetRequestedServiceQuotaChange',
        { RequestId: Id },
        there,
      );
      assert.equal(RequestedQuota.Status, 'APPROVED');
      // From the next interval on.
      await stage.advance(101 / 86_400);
      for (let n = 0; n < 3; n++) await random();
    },
  },
];

const oneIn100Seconds = 0.01;

const regions = [
  ...['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1', 'eu-north-1', 'eu-south-1', 'us-east-2', 'us-west-1'],
  ...['us-west-2', 'sa-east-1', 'ca-central-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1'],
];

/** @returns a Region that nothing was done in, with this quota of symmetric operations a second */
export const quotaOf = async (stage: Pick<Stage, 'seed'>, value: number): Promise<{ readonly region: string }> => {
  const region = regions.pop()!;
  await stage.seed({ quotas: [{ region, service: 'kms', code: symmetricRate.QuotaCode, value }] });
  return { region };
};
