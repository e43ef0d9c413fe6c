import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatRecord, type JournalDecision, type JournalRecord, parseRecord } from './record.ts';

const record: JournalRecord = {
  eventVersion: '1.11',
  managementEvent: true,
  eventID: '2f6a5a1e-0a4b-4f0e-9c55-1b2c3d4e5f60',
  eventTime: '2026-11-22T00:36:30.123Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'Encrypt',
  awsRegion: 'eu-west-2',
  recipientAccountId: '111122223333',
  userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', accountId: '111122223333', userName: 'alice' },
  sourceIPAddress: '192.0.2.1',
  userAgent: 'aws-cli/2 "quoted"\nsecond line',
  requestID: '7d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a',
  readOnly: true,
  requestParameters: { keyId: 'alias/a', encryptionContext: { a: 'é' } },
  responseElements: null,
  resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: 'arn:aws:kms:eu-west-2:111122223333:key/1' }],
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
};

test('formats a record as one line that parses back to it', () => {
  const text = formatRecord(record);
  assert.ok(!text.includes('\n'));
  assert.deepEqual(parseRecord(text), record);
});

test('writes nothing that goes without saying', () => {
  const { ARN } = record.resources![0]!;
  const by = { effect: 'Allow', type: 'root' } as const;
  const decided: JournalRecord = {
    ...record,
    decisions: [
      { action: 'kms:ReEncryptFrom', resource: ARN, by },
      { action: 'kms:ReEncryptTo', resource: `${ARN}2`, by },
    ],
  };
  const { eventVersion, managementEvent, eventType, eventCategory, responseElements, recipientAccountId, ...written } =
    decided;
  const [{ resource, ...first }, second] = decided.decisions as [JournalDecision, JournalDecision];
  assert.deepEqual(JSON.parse(formatRecord(decided)), { ...written, decisions: [first, second] });
  assert.deepEqual(parseRecord(formatRecord(decided)), decided);
});

test('writes whatever is not as usual', () => {
  const unusual: JournalRecord = {
    ...record,
    managementEvent: false,
    eventCategory: 'Data',
    eventType: 'AwsServiceEvent',
    responseElements: { keyId: '1' },
    recipientAccountId: '444455556666',
    decisions: [{ action: 'kms:Encrypt', resource: '*', by: { effect: 'Allow', type: 'root' } }],
  };
  const { eventVersion, ...written } = unusual;
  assert.deepEqual(JSON.parse(formatRecord(unusual)), written);
  assert.deepEqual(parseRecord(formatRecord(unusual)), unusual);
  const { resources, ...withoutResources } = unusual;
  assert.deepEqual(parseRecord(formatRecord(withoutResources)), withoutResources);
});

test('reads texts that leave nothing out, as they were written before', () => {
  assert.deepEqual(parseRecord(JSON.stringify(record)), record);
});

test('says managementEvent false of data events', () => {
  const data: JournalRecord = { ...record, managementEvent: false, eventCategory: 'Data' };
  assert.equal(parseRecord(formatRecord(data)).managementEvent, false);
  // @ts-expect-error: a record cannot be of two categories.
  const both: JournalRecord = { ...record, managementEvent: true, eventCategory: 'Data' };
  assert.notDeepEqual(both, data);
});

test('keeps a lone surrogate from a client as an escape, so that the text has UTF-8', () => {
  const text = formatRecord({ ...record, userAgent: '\ud800' });
  assert.ok(text.isWellFormed());
  assert.equal(parseRecord(text).userAgent, '\ud800');
});
