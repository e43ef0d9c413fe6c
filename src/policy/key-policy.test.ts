import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findOverlyPermissiveCondition, parsePolicy, principalsOf } from './policy.ts';

const keyPolicy = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'key');

const statement = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };

describe('the principals of a policy', () => {
  it('are those of Principal and NotPrincipal, each once, without *', () => {
    const policy = keyPolicy(
      { ...statement, Principal: { AWS: ['111122223333', '*'], Service: 'logs.amazonaws.com' } },
      { Effect: 'Deny', NotPrincipal: { AWS: ['111122223333', 'AIDAEXAMPLEBOB000001'] }, Action: '*', Resource: '*' },
      statement,
    );
    assert.deepEqual(principalsOf(policy), [
      { type: 'AWS', id: '111122223333' },
      { type: 'Service', id: 'logs.amazonaws.com' },
      { type: 'AWS', id: 'AIDAEXAMPLEBOB000001' },
    ]);
  });
});

describe('ForAllValues on a single-valued key is overly permissive', () => {
  const cases: readonly [operator: string, key: string, expected: string | undefined][] = [
    ['ForAllValues:StringEquals', 'kms:EncryptionContext:Dept', 'encryption context'],
    ['ForAllValues:StringLikeIfExists', 'KMS:encryptioncontext:dept', 'encryption context'],
    ['ForAllValues:StringEquals', 'aws:RequestTag/team', 'tag'],
    ['ForAllValues:StringEquals', 'kms:EncryptionContextKeys', undefined],
    ['ForAllValues:StringEquals', 'aws:TagKeys', undefined],
    ['ForAnyValue:StringEquals', 'kms:EncryptionContext:Dept', undefined],
    ['StringEquals', 'kms:EncryptionContext:Dept', undefined],
  ];
  for (const [operator, key, expected] of cases) {
    it(`${operator} on ${key}: ${expected ?? 'in order'}`, () => {
      const policy = keyPolicy(statement, { ...statement, Condition: { [operator]: { [key]: 'x' } } });
      assert.equal(findOverlyPermissiveCondition(policy), expected);
    });
  }
});
