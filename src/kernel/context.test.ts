import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GenerateRandomCommand, KMSClient } from '@aws-sdk/client-kms';
import { testServer } from '../testing/server.ts';
import type { Call, Origin } from './call.ts';
import { type Caller, serviceCaller } from './caller.ts';
import { contextOf } from './context.ts';
import type { Access } from './operation.ts';

const now = new Date('2026-11-22T10:00:00Z');
const account = '111122223333';
const session = { issuedAt: new Date('2026-11-22T09:00:00Z'), expiresAt: new Date('2026-11-22T11:00:00Z') };
const callers = {
  user: { kind: 'user', account, arn: `arn:aws:iam::${account}:user/a`, userId: 'AIDA1', userName: 'a' },
  root: { kind: 'root', account, arn: `arn:aws:iam::${account}:root`, userId: account },
  role: {
    kind: 'assumed-role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/R/s`,
    roleArn: `arn:aws:iam::${account}:role/path/R`,
    userId: 'AROA1:s',
    session: { ...session, mfaAuthenticatedAt: session.issuedAt, sourceIdentity: 'alice' },
  },
  'assumed root': {
    kind: 'root',
    account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
    session: { ...session, policies: { documents: [], arns: ['arn:aws:iam::aws:policy/root-task/X'] } },
  },
  service: { kind: 'service', account: '', arn: 'logs.eu-west-2.amazonaws.com', userId: '' },
  'service for a resource': serviceCaller('ecs-tasks.amazonaws.com', {
    arn: `arn:aws:ecs:eu-west-2:${account}:task/a`,
    account,
  }),
  anonymous: { kind: 'anonymous', account: '', arn: '*', userId: '' },
} satisfies Readonly<Record<string, Caller>>;

const vpc = { id: 'vpc-1', endpointId: 'vpce-1' };

type Row = readonly [
  key: string,
  caller: keyof typeof callers,
  over: Partial<Call> | Partial<Origin>,
  expected: unknown,
];

/** @see IAM: "AWS global condition context keys", "Availability" of each */
const rows: readonly Row[] = [
  ['aws:PrincipalArn', 'user', {}, `arn:aws:iam::${account}:user/a`],
  ['aws:PrincipalArn', 'role', {}, `arn:aws:iam::${account}:role/path/R`],
  ['aws:PrincipalArn', 'anonymous', {}, undefined],
  ['aws:PrincipalArn', 'service', {}, undefined],
  ['aws:PrincipalType', 'role', {}, 'AssumedRole'],
  ['aws:PrincipalIsAWSService', 'user', {}, 'false'],
  ['aws:PrincipalIsAWSService', 'service', {}, 'true'],
  ['aws:PrincipalServiceName', 'service', {}, 'logs.eu-west-2.amazonaws.com'],
  ['aws:PrincipalServiceName', 'user', {}, undefined],
  ['aws:PrincipalServiceNamesList', 'service', {}, ['logs.eu-west-2.amazonaws.com', 'logs.amazonaws.com']],
  ['aws:PrincipalAccount', 'service', {}, undefined],
  ['aws:SourceArn', 'service', {}, undefined],
  ['aws:SourceArn', 'service for a resource', {}, `arn:aws:ecs:eu-west-2:${account}:task/a`],
  ['aws:SourceAccount', 'service for a resource', {}, account],
  ['aws:SourceAccount', 'user', {}, undefined],
  ['aws:SourceOrgID', 'service for a resource', {}, 'o-example'],
  ['aws:SourceOrgID', 'service', {}, undefined],
  ['aws:SourceOrgPaths', 'service for a resource', {}, ['o-example/r-ab12/']],
  ['aws:userid', 'role', {}, 'AROA1:s'],
  ['aws:userid', 'anonymous', {}, 'anonymous'],
  ['aws:userid', 'service', {}, undefined],
  ['aws:username', 'user', {}, 'a'],
  ['aws:username', 'role', {}, undefined],
  ['aws:TokenIssueTime', 'role', {}, '2026-11-22T09:00:00.000Z'],
  ['aws:TokenIssueTime', 'user', {}, undefined],
  ['aws:MultiFactorAuthPresent', 'role', {}, 'true'],
  ['aws:MultiFactorAuthPresent', 'assumed root', {}, 'false'],
  ['aws:MultiFactorAuthPresent', 'user', {}, undefined],
  ['aws:MultiFactorAuthAge', 'role', {}, '3600'],
  ['aws:SourceIdentity', 'role', {}, 'alice'],
  ['aws:AssumedRoot', 'assumed root', {}, 'true'],
  ['aws:AssumedRoot', 'root', {}, undefined],
  ['aws:CurrentTime', 'user', {}, '2026-11-22T10:00:00.000Z'],
  ['aws:EpochTime', 'user', {}, '1795341600'],
  ['aws:SourceIp', 'user', {}, '192.0.2.1'],
  ['aws:SourceIp', 'user', { vpc }, undefined],
  ['aws:VpcSourceIp', 'user', { vpc }, '192.0.2.1'],
  ['aws:VpcSourceIp', 'user', {}, undefined],
  ['aws:SourceVpc', 'user', { vpc }, 'vpc-1'],
  ['aws:SourceVpce', 'user', { vpc }, 'vpce-1'],
  ['aws:SourceVpce', 'user', {}, undefined],
  ['aws:SecureTransport', 'user', { secure: true }, 'true'],
  ['aws:Referer', 'user', { referer: 'https://example.com' }, 'https://example.com'],
  ['aws:ViaAWSService', 'user', {}, 'false'],
  ['aws:ViaAWSService', 'user', { via: ['ssm.amazonaws.com'] }, 'true'],
  ['aws:CalledVia', 'user', { via: ['a.amazonaws.com', 'b.amazonaws.com'] }, ['a.amazonaws.com', 'b.amazonaws.com']],
  ['aws:CalledViaFirst', 'user', { via: ['a.amazonaws.com', 'b.amazonaws.com'] }, 'a.amazonaws.com'],
  ['aws:CalledViaLast', 'user', { via: ['a.amazonaws.com', 'b.amazonaws.com'] }, 'b.amazonaws.com'],
  ['aws:SourceIp', 'user', { via: ['ssm.amazonaws.com'] }, undefined],
];

describe('global condition keys', () => {
  const access: Access = { resource: { arn: '*', account } };
  for (const [key, caller, over, expected] of rows) {
    it(`${key} of ${caller}${Object.keys(over).map((name) => `, ${name}`)} is ${expected ?? 'absent'}`, () => {
      const origin = { sourceIp: '192.0.2.1', userAgent: 'x', secure: false, ...over };
      const organizations = { membershipOf: () => ({ organizationId: 'o-example', path: 'o-example/r-ab12/' }) };
      const facts = { caller: callers[caller], account, region: 'us-east-1', now, origin, organizations };
      const call = { ...facts, ...over } as unknown as Call;
      assert.deepEqual(contextOf(call, access)(key.toLowerCase()), expected);
    });
  }
});

describe('a listener that is told whose its VPC is', () => {
  const rows = [
    ['aws:VpceAccount', '111122223333'],
    ['aws:VpceOrgID', 'o-example'],
    ['aws:VpceOrgPaths', ['o-example/r-ab12/']],
    ['aws:SourceVpcArn', 'arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1'],
  ] as const;
  const told = (key: string, vpc: object) => {
    const origin = { sourceIp: '192.0.2.1', userAgent: 'x', secure: false, vpc };
    const organizations = { membershipOf: () => ({ organizationId: 'o-example', path: 'o-example/r-ab12/' }) };
    const call = { caller: callers.user, account, region: 'us-east-1', now, origin, organizations };
    return contextOf(call as unknown as Call, { resource: { arn: '*', account } })(key.toLowerCase());
  };
  for (const [key, expected] of rows) {
    it(`knows ${key}, and does not without the owner`, () => {
      const vpc = { id: 'vpc-1', endpointId: 'vpce-1' };
      assert.deepEqual(told(key, { ...vpc, account: '111122223333' }), expected);
      assert.equal(told(key, vpc), undefined);
    });
  }

  it('lets policies decide on it', async () => {
    const server = await testServer({ 'vpc-endpoint': 'vpce-1', 'vpc-account': '999988887777' });
    const Condition = { StringEquals: { 'aws:VpceAccount': `\${aws:PrincipalAccount}` } };
    const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition };
    const outside = server.client(KMSClient, await server.user('outside', statement));
    await assert.rejects(outside.send(new GenerateRandomCommand({ NumberOfBytes: 8 })), {
      name: 'AccessDeniedException',
    });
    const theirs = { StringEquals: { 'aws:VpceAccount': '999988887777' }, Null: { 'aws:VpceOrgID': 'true' } };
    const inside = server.client(KMSClient, await server.user('inside', { ...statement, Condition: theirs }));
    await inside.send(new GenerateRandomCommand({ NumberOfBytes: 8 }));
  });
});

describe('a listener that is told its VPC', () => {
  it('lets policies decide on it', async () => {
    const server = await testServer({ vpc: 'vpc-1', 'vpc-endpoint': 'vpce-1' });
    const allowing = (Condition: object) => ({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition });
    const endpoint = { StringEquals: { 'aws:SourceVpc': 'vpc-1', 'aws:SourceVpce': 'vpce-1' } };
    const inside = server.client(KMSClient, await server.user('inside', allowing(endpoint)));
    await inside.send(new GenerateRandomCommand({ NumberOfBytes: 8 }));
    const address = { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } };
    const outside = server.client(KMSClient, await server.user('outside', allowing(address)));
    await assert.rejects(outside.send(new GenerateRandomCommand({ NumberOfBytes: 8 })), {
      name: 'AccessDeniedException',
    });
  });
});
