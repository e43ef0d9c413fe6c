import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { testServer } from '../testing/server.ts';

const server = await testServer();
const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
const resource = KeyMetadata!.Arn!;

const office = { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' }, StringEquals: { 'kms:RequestAlias': 'alias/a' } };
const cases = [
  {
    it: 'names policy, place and Sid of the statement that allowed, and explains nothing',
    statements: [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Sid: 'Use', Effect: 'Allow', Action: 'kms:Enc*', Resource: '*' },
    ],
    decision: { by: { effect: 'Allow', type: 'identity', policy: 'user_0_test', statement: 1, sid: 'Use' } },
  },
  {
    it: 'names the statement that denied',
    statements: [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }],
    decision: { by: { effect: 'Deny', type: 'identity', policy: 'user_1_test', statement: 0 }, why: {} },
  },
  {
    it: 'says of an implicit refusal which statements on the action came close, and which condition keys were absent',
    statements: [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Allow', Action: 'kms:*', Resource: 'arn:aws:kms:*:*:alias/*' },
      { Sid: 'Office', Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition: office },
    ],
    decision: {
      by: { effect: 'None', type: 'identity' },
      why: {
        missed: [
          { policy: 'user_2_test', statement: 1, mismatches: ['Resource'] },
          {
            policy: 'user_2_test',
            statement: 2,
            sid: 'Office',
            mismatches: ['IpAddress aws:sourceip', 'StringEquals kms:requestalias'],
          },
        ],
        absentKeys: ['kms:requestalias'],
      },
    },
  },
  {
    it: 'keeps at most five statements that came close',
    statements: Array.from({ length: 7 }, (_, n) => ({
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: `arn:aws:kms:*:*:key/${n}`,
    })),
    decision: {
      by: { effect: 'None', type: 'identity' },
      why: {
        missed: [0, 1, 2, 3, 4].map((statement) => ({ policy: 'user_3_test', statement, mismatches: ['Resource'] })),
      },
    },
  },
];

describe('the journal record of a request', () => {
  for (const [index, { it: sentence, statements, decision }] of cases.entries()) {
    it(sentence, async () => {
      const kms = server.client(KMSClient, await server.user(String(index), ...statements));
      const sent = kms.send(new EncryptCommand({ KeyId: resource, Plaintext: Buffer.from('x') }));
      await sent.catch((error: Error) => assert.equal(error.name, 'AccessDeniedException'));
      const record = (await server.journal('Encrypt')).at(-1)!;
      assert.deepEqual(record.decisions, [{ action: 'kms:Encrypt', resource, ...decision }]);
    });
  }

  it('says of the root user that no policy was needed', async () => {
    const record = (await server.journal('CreateUser')).at(-1)!;
    assert.deepEqual(record.decisions?.[0]?.by, { effect: 'Allow', type: 'root' });
  });
});
