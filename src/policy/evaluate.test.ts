import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type AuthorizationRequest,
  compilePolicy,
  evaluate,
  type Principal,
  parsePolicy,
  type Statement,
} from './policy.ts';

const bob: Principal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/bob',
  userId: 'AIDAEXAMPLEBOB000001',
};

/** Small alphabets, so that statements and requests often meet. */
const action = fc.constantFrom('kms:Encrypt', 'kms:Decrypt', 's3:GetObject', 's3:PutObject');
const actionPattern = fc.oneof(action, fc.constantFrom('*', 'kms:*', 's3:*Object', 'KMS:en?rypt', 's3:?etObject'));
const arn = fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::a/y', 'arn:aws:s3:::b/x', 'arn:aws:kms:r:1:key/k');
const resourcePattern = fc.oneof(
  arn,
  fc.constantFrom('*', 'arn:aws:s3:::a/*', 'arn:aws:s3:::?/x', 'arn:*:s3:*:*:*', `arn:aws:s3:::\${aws:username}/x`),
);
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const condition = fc.constantFrom(
  undefined,
  { StringEquals: { 'aws:username': ['a', 'b'] } },
  { StringNotEquals: { 'aws:username': ['a'] } },
  { StringLikeIfExists: { 'aws:username': '?' } },
);
const statement = (effect: fc.Arbitrary<string>) =>
  fc
    .tuple(effect, fc.boolean(), some(actionPattern), fc.boolean(), some(resourcePattern), condition)
    .map(([Effect, notAction, actions, notResource, resources, Condition]) => ({
      Effect,
      [notAction ? 'NotAction' : 'Action']: actions,
      [notResource ? 'NotResource' : 'Resource']: resources,
      ...(Condition && { Condition }),
    }));
const anyStatement = statement(fc.constantFrom('Allow', 'Deny'));
const statements = fc.array(anyStatement, { minLength: 1, maxLength: 40 });
const userName = fc.constantFrom(undefined, 'a', 'b', 'c');
const question = fc.record({ action, arn, userName });

type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

const parse = (list: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: list }), 'identity');

function decide(list: readonly object[], asked: Question, over: Partial<AuthorizationRequest> = {}) {
  return evaluate({
    principal: bob,
    action: asked.action,
    resource: { arn: asked.arn, account: bob.account },
    context: (key) => (key === 'aws:username' ? asked.userName : undefined),
    identity: [compilePolicy(parse(list))],
    ...over,
  });
}

describe('properties of every decision', () => {
  it('one more Deny never allows more', () => {
    fc.assert(
      fc.property(statements, statement(fc.constant('Deny')), question, (list, deny, asked) => {
        if (decide([...list, deny], asked).allowed) assert.ok(decide(list, asked).allowed);
      }),
    );
  });

  it('one more Allow never allows less', () => {
    fc.assert(
      fc.property(statements, statement(fc.constant('Allow')), question, (list, allow, asked) => {
        if (decide(list, asked).allowed) assert.ok(decide([...list, allow], asked).allowed);
      }),
    );
  });

  it('the order of statements and their division into policies never matter', () => {
    fc.assert(
      fc.property(statements, question, (list, asked) => {
        const apart = list.map((item) => compilePolicy(parse([item])));
        const together = decide(list, asked);
        for (const identity of [apart, [...apart].reverse()]) {
          const decision = decide(list, asked, { identity });
          assert.equal(decision.allowed, together.allowed);
        }
        assert.equal(decide([...list].reverse(), asked).allowed, together.allowed);
      }),
    );
  });

  it('a boundary, session policy or SCP never allows more', () => {
    fc.assert(
      fc.property(statements, statements, question, (list, limit, asked) => {
        const policy = compilePolicy(parse(limit));
        for (const over of [{ boundary: [policy] }, { session: [policy] }, { scps: [[policy]] }]) {
          if (decide(list, asked, over).allowed) assert.ok(decide(list, asked).allowed && decide(limit, asked).allowed);
        }
      }),
    );
  });

  it('indexed statements decide as statements read one by one', () => {
    fc.assert(
      fc.property(statements, question, (list, asked) => {
        const read = parse(list).statements.filter((item) => appliesAsWritten(item, asked));
        const expected =
          read.some(({ effect }) => effect === 'Allow') && read.every(({ effect }) => effect === 'Allow');
        assert.equal(decide(list, asked).allowed, expected);
      }),
      { numRuns: 500 },
    );
  });
});

/** The rules of the grammar once more, as plainly as they can be said: regular expressions and no index. */
function appliesAsWritten(item: Statement, { action: name, arn: resource, userName: user }: Question): boolean {
  const like = (pattern: string, text: string, flags = '') =>
    new RegExp(
      `^${pattern
        .replace(/[.${}]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      flags,
    ).test(text);
  const matchesAction = (pattern: string) => like(pattern, name, 'i');
  const isKnown = (pattern: string) => user !== undefined || !pattern.includes('${');
  const matchesResource = (pattern: string) =>
    pattern === '*' ||
    pattern
      .replace(`\${aws:username}`, user ?? '')
      .split(':')
      .every((segment, i) => like(segment, resource.split(':')[i] ?? ''));
  const unsure = item.effect === 'Allow';
  if (item.action && !item.action.some(matchesAction)) return false;
  if (item.notAction?.some(matchesAction)) return false;
  if (item.resource && !item.resource.some((pattern) => isKnown(pattern) && matchesResource(pattern))) return false;
  if (item.notResource?.some((pattern) => (isKnown(pattern) ? matchesResource(pattern) : unsure))) return false;
  return item.conditions.every(({ operator }) => {
    if (operator === 'StringEquals') return user === 'a' || user === 'b';
    return operator === 'StringNotEquals' ? user !== 'a' : true;
  });
}

describe('the request context', () => {
  it('is asked only for keys of statements that concern action and resource', () => {
    const asked: string[] = [];
    const conditionOn = (key: string) => ({ Condition: { StringEquals: { [key]: 'x' } } });
    decide(
      [
        { Effect: 'Allow', Action: 's3:*', Resource: '*', ...conditionOn('aws:OtherAction') },
        { Effect: 'Allow', Action: 'kms:*', Resource: 'arn:aws:kms:r:1:key/other', ...conditionOn('aws:OtherKey') },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*', ...conditionOn('aws:Asked') },
      ],
      { action: 'kms:Encrypt', arn: 'arn:aws:kms:r:1:key/k', userName: undefined },
      {
        context: (key) => {
          asked.push(key);
          return undefined;
        },
      },
    );
    assert.deepEqual(asked, ['aws:asked']);
  });

  it('that gives something else than text counts as absent', () => {
    const list = [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:x': '*' } } }];
    const odd = (() => ({})) as unknown as AuthorizationRequest['context'];
    assert.equal(
      decide(list, { action: 's3:x', arn: '*', userName: undefined } as never, { context: odd }).allowed,
      false,
    );
  });
});

it('remembers a bounded number of actions and decides the same afterwards', () => {
  const policy = compilePolicy(parse([{ Effect: 'Allow', Action: 'kms:E*', Resource: '*' }]));
  for (let i = 0; i < 3000; i++) policy.candidates(`kms:Action${i}`);
  assert.equal(policy.candidates('kms:Encrypt').allows.size, 1);
  assert.equal(policy.candidates('kms:Action0').allows.size, 0);
});

it('lets a delegated session do what its session policies allow, also where a resource policy or grant names the lender', () => {
  const naming = { Effect: 'Allow', Principal: { AWS: bob.arn }, Action: 's3:*', Resource: '*' };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [naming] });
  const policy = compilePolicy(parsePolicy(text, 'resource'));
  const asked = (delegated: boolean, allowed: string, more: Partial<AuthorizationRequest> = {}) => {
    const resource = { arn: 'arn:aws:s3:::a/x', account: bob.account, policy };
    const session = [compilePolicy(parse([{ Effect: 'Allow', Action: allowed, Resource: '*' }]))];
    const question = { principal: bob, action: 's3:GetObject', resource, context: () => undefined, identity: [] };
    return evaluate({ ...question, session, delegated, ...more }).allowed;
  };
  assert.equal(asked(false, 'kms:*'), true);
  assert.equal(asked(true, 'kms:*'), false);
  assert.equal(asked(true, 's3:*'), true);
  const unnamed = { resource: { arn: 'arn:aws:s3:::a/x', account: bob.account }, grants: () => 'principal' as const };
  assert.equal(asked(false, 'kms:*', unnamed), true);
  assert.equal(asked(true, 'kms:*', unnamed), false);
  assert.equal(asked(true, 's3:*', unnamed), true);
});
