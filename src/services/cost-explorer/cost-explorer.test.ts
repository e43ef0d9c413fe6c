import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CostExplorerClient, GetCostAndUsageCommand, GetDimensionValuesCommand } from '@aws-sdk/client-cost-explorer';
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  ResetServiceSettingCommand,
  SSMClient,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { type TestServer, testServer } from '../../testing/server.ts';

/** A server whose clock stands at the first hour of a 30-day month. */
const serverAt = async (options: { readonly persistent?: boolean } = {}): Promise<TestServer> => {
  const server = await testServer(options);
  const now = server.running.clock.now();
  const months = [1, 2, 3, 4, 5].map((ahead) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)));
  await server.running.advanceTo(months.find((month) => [3, 5, 8, 10].includes(month.getUTCMonth()))!);
  return server;
};

/** A day of the month in which the server is, or of one so many after it, as `2026-11-01`. */
const day = (server: TestServer, months = 0, date = 1): string => {
  const now = server.running.clock.now();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, date)).toISOString().slice(0, 10);
};

const monthOf = (server: TestServer) => ({ Start: day(server), End: day(server, 1) });

const byUsage = async (server: TestServer, service = 'AWS Key Management Service') => {
  const TimePeriod = monthOf(server);
  const { ResultsByTime } = await server.client(CostExplorerClient).send(
    new GetCostAndUsageCommand({
      TimePeriod,
      Granularity: 'MONTHLY',
      Metrics: ['UnblendedCost', 'UsageQuantity'],
      GroupBy: [{ Type: 'DIMENSION', Key: 'USAGE_TYPE' }],
      Filter: { Dimensions: { Key: 'SERVICE', Values: [service] } },
    }),
  );
  return Object.fromEntries(
    ResultsByTime![0]!.Groups!.map(({ Keys, Metrics }) => [
      Keys![0]!,
      [Number(Metrics!.UnblendedCost!.Amount), Number(Metrics!.UsageQuantity!.Amount)],
    ]),
  );
};

describe('GetCostAndUsage', () => {
  it('charges keys by the hour and requests by the piece, once each', async () => {
    const server = await serverAt();
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const { KeyId } = KeyMetadata!;
    for (let n = 0; n < 9; n++) await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/absent', Plaintext: Buffer.from('x') })));

    const requests = [0.00003, 10];
    assert.deepEqual(await byUsage(server), {
      'us-east-1-KMS-Keys': [0.0013888889, 0.0013888889],
      'us-east-1-KMS-Requests': requests,
    });
    await server.advance('15d');
    assert.deepEqual((await byUsage(server))['us-east-1-KMS-Keys'], [361 / 720, 361 / 720].map(rounded));
    assert.deepEqual((await byUsage(server))['us-east-1-KMS-Requests'], requests);
  });

  it('charges a replica in its own Region, until it is to be deleted', async () => {
    const server = await serverAt();
    const kms = server.client(KMSClient);
    const { KeyId } = (await kms.send(new CreateKeyCommand({ MultiRegion: true }))).KeyMetadata!;
    await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await server.advance('9h');
    await server.client(KMSClient, undefined, 'eu-west-1').send(new ScheduleKeyDeletionCommand({ KeyId }));
    await server.advance('10h');
    const usage = await byUsage(server);
    assert.deepEqual(usage['us-east-1-KMS-Keys'], [20 / 720, 20 / 720].map(rounded));
    assert.deepEqual(usage['eu-west-1-KMS-Keys'], [10 / 720, 10 / 720].map(rounded));
  });

  it('charges nothing for a key that is to be deleted, and goes on when that is cancelled', async () => {
    const server = await serverAt();
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const { KeyId } = KeyMetadata!;
    await server.advance('9h');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 30 }));
    await server.advance('10d');
    assert.deepEqual((await byUsage(server))['us-east-1-KMS-Keys'], [10 / 720, 10 / 720].map(rounded));
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await server.advance('4h');
    assert.deepEqual((await byUsage(server))['us-east-1-KMS-Keys'], [15 / 720, 15 / 720].map(rounded));
  });

  it('charges advanced parameters by the hour, and reading them; standard ones are free', async () => {
    const server = await serverAt();
    const ssm = server.client(SSMClient);
    const put = (Name: string, Tier: 'Standard' | 'Advanced') =>
      ssm.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String', Tier }));
    await put('free', 'Standard');
    await ssm.send(new GetParameterCommand({ Name: 'free' }));
    assert.deepEqual(await byUsage(server, 'AWS Systems Manager'), {});
    await put('paid', 'Advanced');
    for (let n = 0; n < 4; n++) await ssm.send(new GetParameterCommand({ Name: 'paid' }));
    await server.advance('9h');
    await ssm.send(new DeleteParameterCommand({ Name: 'paid' }));
    await server.advance('9h');
    assert.deepEqual(await byUsage(server, 'AWS Systems Manager'), {
      'us-east-1-PS-Advanced-Param-Tier1': [0.05 / 72, 1 / 72].map(rounded),
      'us-east-1-PS-Param-Processed-Tier2': [0.000025, 5],
    });

    const SettingId = '/ssm/parameter-store/high-throughput-enabled';
    await ssm.send(new UpdateServiceSettingCommand({ SettingId, SettingValue: 'true' }));
    await ssm.send(new GetParameterCommand({ Name: 'free' }));
    await ssm.send(new ResetServiceSettingCommand({ SettingId }));
    await ssm.send(new GetParameterCommand({ Name: 'free' }));
    const after = await byUsage(server, 'AWS Systems Manager');
    assert.deepEqual(after['us-east-1-PS-Param-Processed-Tier2'], [0.00003, 6]);
  });

  it('remembers over a restart, and meters nothing twice', async () => {
    const server = await serverAt({ persistent: true });
    await server.client(KMSClient).send(new CreateKeyCommand({}));
    const before = await byUsage(server);
    await server.restart();
    assert.deepEqual(await byUsage(server), before);
  });

  it('tells days, totals and dimensions', async () => {
    const server = await serverAt();
    await server.client(KMSClient).send(new CreateKeyCommand({}));
    const ce = server.client(CostExplorerClient);
    const TimePeriod = monthOf(server);
    const daily = await ce.send(
      new GetCostAndUsageCommand({ TimePeriod, Granularity: 'DAILY', Metrics: ['UnblendedCost'] }),
    );
    assert.equal(daily.ResultsByTime?.length, 30);
    assert.deepEqual(daily.ResultsByTime?.[1]?.Total, { UnblendedCost: { Amount: '0', Unit: 'USD' } });
    assert.equal(daily.ResultsByTime?.[1]?.Estimated, true);
    const services = await ce.send(new GetDimensionValuesCommand({ TimePeriod, Dimension: 'SERVICE' }));
    assert.deepEqual(
      services.DimensionValues?.map(({ Value }) => Value),
      ['AWS Key Management Service'],
    );
  });

  it('tells of this month and 13 before it, however short a period is asked for, and of hours of 14 days', async () => {
    const server = await serverAt();
    await server.advance('10d');
    const ce = server.client(CostExplorerClient);
    const ask = (Start: string, End: string, Granularity: 'DAILY' | 'MONTHLY' | 'HOURLY') =>
      ce.send(new GetCostAndUsageCommand({ TimePeriod: { Start, End }, Granularity, Metrics: ['UnblendedCost'] }));
    const tooOld = { name: 'ValidationException', message: "You haven't enabled historical data beyond 14 months." };
    for (const granularity of ['DAILY', 'MONTHLY'] as const) {
      const { ResultsByTime } = await ask(day(server, -13), day(server, 1), granularity);
      assert.ok(ResultsByTime!.length === 14 || ResultsByTime!.length > 420);
      await assert.rejects(ask(day(server, -13, 0), day(server, -13, 2), granularity), tooOld);
    }
    assert.equal((await ask(day(server, 0, 11 - 14), day(server, 0, 12), 'HOURLY')).ResultsByTime!.length, 15 * 24);
    await assert.rejects(ask(day(server, 0, 10 - 14), day(server, 0, 11 - 14), 'HOURLY'), {
      name: 'ValidationException',
      message: 'start date is too old for hourly, the max supported days for hourly granularity is 14 days',
    });
    await assert.rejects(ask(day(server), day(server, 1, 2), 'MONTHLY'), {
      name: 'ValidationException',
      message: 'end date past the beginning of next month',
    });
    await assert.rejects(ask(day(server, 0, 13), day(server, 0, 14), 'DAILY'), { name: 'ValidationException' });
  });

  const wrong: readonly [sentence: string, input: object, message: RegExp][] = [
    [
      'a period that ends before it begins',
      { TimePeriod: { Start: '2026-02-01', End: '2026-01-01' } },
      /should be before/,
    ],
    ['a date that is none', { TimePeriod: { Start: '2026-02-31', End: '2026-03-01' } }, /not a day/],
    ['an unknown metric', { Metrics: ['Happiness'] }, /Metric Happiness/],
    ['an unknown dimension', { GroupBy: [{ Type: 'DIMENSION', Key: 'AZ' }] }, /Dimension AZ/],
    ['a filter with two roots', { Filter: { Dimensions: {}, Not: {} } }, /exactly one root/],
  ];
  for (const [sentence, input, message] of wrong) {
    it(`refuses ${sentence}`, async () => {
      const server = await testServer();
      const ce = server.client(CostExplorerClient);
      const TimePeriod = { Start: day(server), End: day(server, 1) };
      const asked = { TimePeriod, Granularity: 'MONTHLY' as const };
      const command = new GetCostAndUsageCommand({ ...asked, Metrics: ['UnblendedCost'], ...input });
      await assert.rejects(ce.send(command), { name: 'ValidationException', message });
    });
  }

  it('is for those who may see costs', async () => {
    const server = await testServer();
    const ce = server.client(CostExplorerClient, await server.user('alice'));
    const command = new GetCostAndUsageCommand({
      TimePeriod: { Start: day(server), End: day(server, 1) },
      Granularity: 'MONTHLY',
      Metrics: ['UnblendedCost'],
    });
    await assert.rejects(ce.send(command), { name: 'AccessDeniedException' });
  });
});

const rounded = (value: number): number => Number(value.toFixed(10));
