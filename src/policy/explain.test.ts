import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AuthorizationRequest, compilePolicy, explain, type Principal, parsePolicy } from './policy.ts';

const bob: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
  userId: 'AIDAEXAMPLEBOB000001',
};
const keyArn = 'arn:aws:kms:eu-west-2:111122223333:key/1';

const compile = (kind: 'identity' | 'key' | 'managed', ...statements: readonly object[]) =>
  compilePolicy(
    parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind),
    `the ${kind} policy`,
  );

const request = (identity: readonly object[], over: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  principal: bob,
  action: 'kms:Encrypt',
  resource: { arn: keyArn, account: '111122223333' },
  context: (key) => ({ 'aws:sourceip': '203.0.113.7' })[key],
  identity: [compile('identity', ...identity)],
  ...over,
});

describe('an explanation', () => {
  it('carries the decision, and the policy and statement that decided', () => {
    const { decision } = explain(request([{ Sid: 'Use', Effect: 'Allow', Action: 'kms:*', Resource: '*' }]));
    assert.ok(decision.allowed);
    assert.equal(decision.policy?.source, 'the identity policy');
    assert.equal(decision.statement?.source.sid, 'Use');
  });

  it('says of each statement which elements did not match', () => {
    const { statements } = explain(
      request([
        { Effect: 'Allow', Action: 's3:*', Resource: '*' },
        { Effect: 'Allow', Action: 'kms:*', Resource: 'arn:aws:kms:*:*:alias/*' },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
      ]),
    );
    assert.deepEqual(
      statements.map(({ mismatches }) => mismatches),
      [
        [{ element: 'Action' }],
        [{ element: 'Resource' }],
        [{ element: 'Condition', operator: 'IpAddress', key: 'aws:sourceip', absent: false }],
        [],
      ],
    );
    assert.deepEqual(
      statements.map(({ applies }) => applies),
      [false, false, false, true],
    );
  });

  it('lists the condition keys and variables that the request did not have', () => {
    const { absentKeys, statements } = explain(
      request([
        { Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition: { StringEquals: { 'kms:KeySpec': 'A' } } },
        { Effect: 'Allow', Action: 'kms:*', Resource: `arn:aws:kms:*:*:key/\${aws:username}` },
        {
          Effect: 'Allow',
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceIp': `\${aws:PrincipalTag/Office}` } },
        },
      ]),
    );
    assert.deepEqual(absentKeys, ['aws:principaltag/office', 'aws:username', 'kms:keyspec']);
    assert.deepEqual(statements[2]?.mismatches, [
      { element: 'Condition', operator: 'StringEquals', key: 'aws:sourceip', absent: true },
    ]);
  });

  it('covers every policy that has a say, in the order in which AWS reports', () => {
    const any = { Effect: 'Allow', Action: '*', Resource: '*' };
    const { statements } = explain(
      request([any], {
        scps: [[compile('managed', any)], [compile('managed', any)]],
        boundary: [compile('managed', any)],
        session: [compile('identity', any)],
        resource: {
          arn: keyArn,
          account: '111122223333',
          policy: compile('key', { ...any, Principal: { AWS: 'arn:aws:iam::111122223333:user/eve' } }),
          policyRequired: true,
        },
      }),
    );
    assert.deepEqual(
      statements.map(({ policyType, applies }) => [policyType, applies]),
      [
        ['scp', true],
        ['scp', true],
        ['resource', false],
        ['boundary', true],
        ['session', true],
        ['identity', true],
      ],
    );
  });
});
