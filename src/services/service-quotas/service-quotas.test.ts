import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetRequestedServiceQuotaChangeCommand,
  GetServiceQuotaCommand,
  ListAWSDefaultServiceQuotasCommand,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryCommand,
  ListServiceQuotasCommand,
  ListServicesCommand,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { testServer } from '../../testing/server.ts';

const createKeyRate = { ServiceCode: 'kms', QuotaCode: 'L-32B67F4A' };
const symmetricRate = { ServiceCode: 'kms', QuotaCode: 'L-6E3AF000' };

test('requests above a quota are refused in KMS’s words, journalled, and served again a second later', async () => {
  const server = await testServer({ throttling: 'on' });
  const kms = server.client(KMSClient);
  for (let n = 0; n < 5; n++) await kms.send(new CreateKeyCommand({}));
  await assert.rejects(kms.send(new CreateKeyCommand({})), {
    name: 'ThrottlingException',
    message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  });
  const refused = (await server.journal()).at(-1)!;
  assert.deepEqual([refused.eventName, refused.errorCode], ['CreateKey', 'ThrottlingException']);

  await kms.send(new ListAliasesCommand({}));
  await server.advance('1s');
  await kms.send(new CreateKeyCommand({}));
});

test('each account and Region has its own buckets', async () => {
  const server = await testServer({ throttling: 'on' });
  const kms = server.client(KMSClient);
  for (let n = 0; n < 5; n++) await kms.send(new CreateKeyCommand({}));
  const elsewhere = server.client(KMSClient, undefined, 'eu-west-2');
  await elsewhere.send(new CreateKeyCommand({}));
});

test('cryptographic operations share the quota of their kind of key', async () => {
  const seedText = 'quotas: [{ service: kms, code: L-6E3AF000, value: 3 }]';
  const server = await testServer({ throttling: 'on', seedText });
  const kms = server.client(KMSClient);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata!.KeyId;
  await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  await kms.send(new GenerateRandomCommand({ NumberOfBytes: 1 }));
  await assert.rejects(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })), {
    name: 'ThrottlingException',
  });
});

test('open mode throttles where it is told to', async () => {
  const told = (await testServer({ mode: 'open', throttling: 'on' })).client(KMSClient);
  const created = await Promise.allSettled(Array.from({ length: 8 }, () => told.send(new CreateKeyCommand({}))));
  assert.equal(created.filter(({ status }) => status === 'rejected').length, 3);
});

test('a request waits for an operator, and changes nothing until then', async () => {
  const server = await testServer({ persistent: true });
  const quotas = server.client(ServiceQuotasClient);
  const asked = await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...createKeyRate, DesiredValue: 7 }));
  assert.equal(asked.RequestedQuota?.Status, 'PENDING');
  assert.equal(asked.RequestedQuota?.Requester, 'arn:aws:iam::111122223333:root');
  assert.equal((await quotas.send(new GetServiceQuotaCommand(createKeyRate))).Quota?.Value, 5);

  await server.restart();
  const RequestId = asked.RequestedQuota!.Id!;
  const after = await server.client(ServiceQuotasClient).send(new GetRequestedServiceQuotaChangeCommand({ RequestId }));
  assert.deepEqual(after.RequestedQuota, asked.RequestedQuota);
});

test('where requests are approved at once, the value is in force, and survives a restart', async () => {
  const server = await testServer({ throttling: 'on', persistent: true, 'approve-quotas': true });
  const quotas = server.client(ServiceQuotasClient);
  await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...createKeyRate, DesiredValue: 7 }));
  await server.restart();
  const after = server.client(ServiceQuotasClient);
  assert.equal((await after.send(new GetServiceQuotaCommand(createKeyRate))).Quota?.Value, 7);
  assert.equal((await after.send(new GetAWSDefaultServiceQuotaCommand(createKeyRate))).Quota?.Value, 5);
  const kms = server.client(KMSClient);
  for (let n = 0; n < 7; n++) await kms.send(new CreateKeyCommand({}));
  await assert.rejects(kms.send(new CreateKeyCommand({})), { name: 'ThrottlingException' });
});

const refusals: readonly [sentence: string, input: object, name: string, message: string][] = [
  [
    'a value that is not above the one in force',
    { ...createKeyRate, DesiredValue: 5 },
    'IllegalArgumentException',
    'You must provide a quota value greater than the current quota value.',
  ],
  [
    'more than any number',
    { ...createKeyRate, DesiredValue: Number.POSITIVE_INFINITY },
    'ValidationException',
    "1 validation error detected: Value 'Infinity' at 'desiredValue' failed to satisfy constraint: Member must have value less than or equal to 10000000000",
  ],
  [
    'a quota that cannot be raised',
    { ServiceCode: 'kms', QuotaCode: 'L-0E66C9C0', DesiredValue: 50 },
    'IllegalArgumentException',
    'The specified quota is not adjustable.',
  ],
  [
    'a quota that does not exist',
    { ServiceCode: 'kms', QuotaCode: 'L-00000000', DesiredValue: 50 },
    'NoSuchResourceException',
    'The request failed because the specified quota does not exist.',
  ],
  [
    'a service that does not exist',
    { ServiceCode: 'braket', QuotaCode: 'L-00000000', DesiredValue: 50 },
    'NoSuchResourceException',
    'The request failed because the specified service does not exist.',
  ],
];

for (const [sentence, input, name, message] of refusals) {
  test(`nobody may ask for ${sentence}`, async () => {
    const quotas = (await testServer()).client(ServiceQuotasClient);
    const command = new RequestServiceQuotaIncreaseCommand(input as typeof createKeyRate & { DesiredValue: number });
    await assert.rejects(quotas.send(command), { name, message });
  });
}

test('one request for a quota is open at a time', async () => {
  const quotas = (await testServer()).client(ServiceQuotasClient);
  await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...createKeyRate, DesiredValue: 7 }));
  await assert.rejects(quotas.send(new RequestServiceQuotaIncreaseCommand({ ...createKeyRate, DesiredValue: 9 })), {
    name: 'ResourceAlreadyExistsException',
    message: 'Only one open service quota increase request is allowed per quota.',
  });
});

test('every service is listed by the name that AWS shows', async () => {
  const { Services } = await (await testServer()).client(ServiceQuotasClient).send(new ListServicesCommand({}));
  assert.ok(Services!.length > 1);
  assert.deepEqual(
    Services!.filter(({ ServiceName }) => !/^(?:AWS|Amazon) /.test(ServiceName!)),
    [],
  );
});

test('services, defaults and values in force are listed in pages', async () => {
  const server = await testServer({ 'approve-quotas': true });
  const quotas = server.client(ServiceQuotasClient);
  const { Services } = await quotas.send(new ListServicesCommand({}));
  assert.ok(Services?.some(({ ServiceCode }) => ServiceCode === 'kms'));

  const first = await quotas.send(new ListAWSDefaultServiceQuotasCommand({ ServiceCode: 'kms', MaxResults: 2 }));
  assert.equal(first.Quotas?.length, 2);
  const { NextToken } = first;
  const second = await quotas.send(
    new ListAWSDefaultServiceQuotasCommand({ ServiceCode: 'kms', MaxResults: 2, NextToken }),
  );
  assert.ok(second.Quotas![0]!.QuotaCode! > first.Quotas![1]!.QuotaCode!);
  await assert.rejects(quotas.send(new ListAWSDefaultServiceQuotasCommand({ ServiceCode: 'kms', NextToken: 'Zm9v' })), {
    name: 'InvalidPaginationTokenException',
  });

  await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...symmetricRate, DesiredValue: 200_000 }));
  const { Quotas } = await quotas.send(new ListServiceQuotasCommand(symmetricRate));
  assert.deepEqual(Quotas, [
    {
      ServiceCode: 'kms',
      ServiceName: 'AWS Key Management Service (AWS KMS)',
      QuotaArn: 'arn:aws:servicequotas:us-east-1:111122223333:kms/L-6E3AF000',
      QuotaCode: 'L-6E3AF000',
      QuotaName: 'Cryptographic operations (symmetric) request rate',
      Description: 'Maximum Cryptographic operations (symmetric) requests per second in an account and Region.',
      Value: 200_000,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
      Period: { PeriodUnit: 'SECOND', PeriodValue: 1 },
      QuotaAppliedAtLevel: 'ACCOUNT',
    },
  ]);
  const history = await quotas.send(new ListRequestedServiceQuotaChangeHistoryCommand({ Status: 'APPROVED' }));
  assert.deepEqual(
    history.RequestedQuotas?.map(({ QuotaCode, DesiredValue }) => [QuotaCode, DesiredValue]),
    [['L-6E3AF000', 200_000]],
  );
  const ofAnother = await quotas.send(new ListRequestedServiceQuotaChangeHistoryByQuotaCommand(createKeyRate));
  assert.deepEqual(ofAnother.RequestedQuotas, []);
});

test('who may ask for which quota is decided on its ARN', async () => {
  const server = await testServer();
  const credentials = await server.user('alice', {
    Effect: 'Allow',
    Action: 'servicequotas:RequestServiceQuotaIncrease',
    Resource: 'arn:aws:servicequotas:us-east-1:111122223333:kms/L-32B67F4A',
    Condition: { StringEquals: { 'servicequotas:service': 'kms' } },
  });
  const quotas = server.client(ServiceQuotasClient, credentials);
  await quotas.send(new RequestServiceQuotaIncreaseCommand({ ...createKeyRate, DesiredValue: 9 }));
  await assert.rejects(
    quotas.send(new RequestServiceQuotaIncreaseCommand({ ...symmetricRate, DesiredValue: 200_000 })),
    { name: 'AccessDeniedException' },
  );
  await assert.rejects(quotas.send(new ListServicesCommand({})), { name: 'AccessDeniedException' });
  const denied = (await server.journal()).at(-1)!;
  assert.deepEqual([denied.eventSource, denied.errorCode], ['servicequotas.amazonaws.com', 'AccessDenied']);
});
