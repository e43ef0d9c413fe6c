import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  evaluate,
  explain,
  type PolicyKind,
  type Principal,
  parsePolicy,
} from '../../src/policy/policy.ts';
import { interpret, type PlainPolicy, type PlainRequest, type PlainStatement } from './interpreter.ts';

const file = new URL('../../src/policy/cases/principals.json', import.meta.url);
const principals = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Principal>>;
const asking = [
  'root',
  'bob',
  'session',
  'federated user',
  'foreign root',
  'foreign bob',
  'foreign session',
  'logs',
  'anonymous',
];

const some = <T>(item: fc.Arbitrary<T>, maxLength = 3) => fc.array(item, { minLength: 1, maxLength });
const maybe = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: item });

// Small alphabets, so that statements and requests often meet.
const action = fc.constantFrom('s3:GetObject', 's3:PutObject', 'kms:Encrypt');
const actions = some(fc.oneof(action, fc.constantFrom('*', 's3:*', 'S3:?etObject', 'kms:En*')));
const resource = fc.constantFrom('arn:aws:s3:::a/x', 'arn:aws:s3:::b/y', 'arn:aws:kms:r:111122223333:key/k');
const resources = some(
  fc.oneof(
    resource,
    fc.constantFrom(
      '*',
      'arn:aws:s3:::*',
      'arn:aws:s3:::?/x',
      'arn:*:kms:*:*:*',
      `arn:aws:s3:::\${aws:username, 'a'}/x`,
      `arn:aws:s3:::\${x:k}/y`,
    ),
  ),
);
const ids = Object.values(principals).flatMap(({ kind, arn, account, roleArn }) =>
  kind === 'service' || kind === 'federated'
    ? []
    : [arn, ...(account ? [account, `arn:aws:iam::${account}:root`] : []), roleArn ?? []].flat(),
);
const aws = some(fc.constantFrom(...ids.filter((id) => id !== '*')), 4);
const principal = fc.oneof(
  fc.constant('*' as const),
  aws.map((AWS) => ({ AWS })),
  fc.constant({ Service: ['logs.eu-west-2.amazonaws.com'] }),
);
const text = fc.constantFrom('a', 'b', 'A', '1', '2', 'true', 'x*');
const operator = fc
  .tuple(
    fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'),
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringNotEqualsIgnoreCase',
      'NumericLessThan',
      'NumericNotEquals',
      'Bool',
    ),
    fc.constantFrom('', 'IfExists'),
  )
  .map((parts) => parts.join(''));
const key = fc.constantFrom('x:k', 'X:L', 'aws:username');
const condition = fc.oneof(
  fc
    .tuple(operator, key, some(fc.oneof(text, fc.constantFrom(`\${x:l}`, `\${x:none, 'a'}`))))
    .map(([op, name, values]) => ({ [op]: { [name]: values } })),
  fc.tuple(key, fc.constantFrom('true', 'false')).map(([name, value]) => ({ Null: { [name]: [value] } })),
);

const statementOf = (effect: fc.Arbitrary<'Allow' | 'Deny'>, resourceBased: boolean): fc.Arbitrary<PlainStatement> =>
  fc
    .record({ Effect: effect, not: fc.nat(9), actions, resources, condition: maybe(condition), principal, aws })
    .map(
      ({
        Effect,
        not,
        actions: Action,
        resources: Resource,
        condition: Condition,
        principal: Principal,
        aws: AWS,
      }) => ({
        Effect,
        ...(not === 1 ? { NotAction: Action } : { Action }),
        ...(not === 2 ? { NotResource: Resource } : { Resource }),
        ...(resourceBased && (not === 3 ? { NotPrincipal: { AWS } } : { Principal })),
        ...(Condition && { Condition }),
      }),
    );
const mostlyAllow = fc.oneof(
  { weight: 9, arbitrary: fc.constant<'Allow'>('Allow') },
  { weight: 1, arbitrary: fc.constant<'Deny'>('Deny') },
);
const everything: PlainStatement = { Effect: 'Allow', Action: ['*'], Resource: ['*'] };
/** Half of the policies allow everything: else hardly any request would pass all of them. */
const policyOf = (resourceBased: boolean): fc.Arbitrary<PlainPolicy> =>
  fc
    .tuple(fc.boolean(), some(statementOf(mostlyAllow, resourceBased)))
    .map(([open, list]) => (open ? [{ ...everything, ...(resourceBased && { Principal: '*' }) }, ...list] : list));
const own = policyOf(false);
const ofResource = policyOf(true);

const request: fc.Arbitrary<PlainRequest> = fc
  .record({
    principal: fc.constantFrom(...asking.map((name) => principals[name]!)),
    action,
    resource,
    owner: fc.constantFrom('111122223333', '111122223333', '444455556666'),
    needsPolicy: fc.boolean(),
    context: fc.dictionary(
      fc.constantFrom('x:k', 'x:l', 'aws:username'),
      fc.oneof(text, fc.array(text, { maxLength: 3 })),
    ),
    identity: fc.array(own, { maxLength: 3 }),
    resourcePolicy: maybe(ofResource),
    boundary: maybe(some(own, 1)),
    session: maybe(fc.array(own, { maxLength: 2 })),
    scps: maybe(some(some(own, 2), 3)),
    rcps: maybe(some(some(ofResource, 2), 2)),
    endpoint: maybe(some(ofResource, 1)),
  })
  .map(
    (made) =>
      Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as unknown as PlainRequest,
  );

const compile =
  (kind: PolicyKind) =>
  (policy: PlainPolicy): CompiledPolicy =>
    compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: policy }), kind));

const compiled = (plain: PlainRequest): AuthorizationRequest => {
  const { boundary, session, scps, rcps, endpoint, resourcePolicy } = plain;
  return {
    principal: plain.principal,
    action: plain.action,
    resource: {
      arn: plain.resource,
      account: plain.owner,
      policyRequired: plain.needsPolicy,
      ...(resourcePolicy && { policy: compile('resource')(resourcePolicy) }),
    },
    context: (name) => plain.context[name],
    identity: plain.identity.map(compile('identity')),
    ...(boundary && { boundary: boundary.map(compile('managed')) }),
    ...(session && { session: session.map(compile('identity')) }),
    ...(scps && { scps: scps.map((level) => level.map(compile('scp'))) }),
    ...(rcps && { rcps: rcps.map((level) => level.map(compile('rcp'))) }),
    ...(endpoint && { vpcEndpoint: endpoint.map(compile('vpc-endpoint')) }),
  };
};

const decide = (plain: PlainRequest): ReturnType<typeof interpret> => {
  const decision = evaluate(compiled(plain));
  if (decision.allowed) return 'allow';
  return decision.explicit ? 'explicit deny' : 'implicit deny';
};

/** The request with one more statement in one of its policies. @returns undefined where it has no such policy */
const withStatement = (
  plain: PlainRequest,
  where: keyof PlainRequest,
  statement: PlainStatement,
): PlainRequest | undefined => {
  const policies = plain[where] as readonly unknown[] | undefined;
  if (policies === undefined || policies.length === 0) return undefined;
  if (where === 'resourcePolicy') return { ...plain, resourcePolicy: [...plain.resourcePolicy!, statement] };
  const [first, ...others] = policies as readonly (readonly unknown[])[];
  if (where === 'scps' || where === 'rcps') {
    const [policy, ...rest] = first as unknown as readonly PlainPolicy[];
    return { ...plain, [where]: [[[...policy!, statement], ...rest], ...others] };
  }
  return { ...plain, [where]: [[...first!, statement], ...others] };
};

const place = fc.constantFrom<keyof PlainRequest>(
  'identity',
  'resourcePolicy',
  'boundary',
  'session',
  'scps',
  'rcps',
  'endpoint',
);
const isOfResource = (where: string) => ['resourcePolicy', 'rcps', 'endpoint'].includes(where);
const placed = (effect: 'Allow' | 'Deny') =>
  place.chain((where) => fc.tuple(fc.constant(where), statementOf(fc.constant(effect), isOfResource(where))));

const reversed = (plain: PlainRequest): PlainRequest => {
  const back = <T>(list: readonly T[]): readonly T[] => [...list].reverse();
  const policies = (list: readonly PlainPolicy[] | undefined) => list && back(list.map(back));
  const levels = (list: PlainRequest['scps']) => list && back(list.map((level) => policies(level)!));
  const { identity, resourcePolicy, boundary, session, scps, rcps, endpoint } = plain;
  const changed = {
    identity: policies(identity),
    resourcePolicy: resourcePolicy && back(resourcePolicy),
    boundary: policies(boundary),
    session: policies(session),
    scps: levels(scps),
    rcps: levels(rcps),
    endpoint: policies(endpoint),
  };
  return { ...plain, ...Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) };
};

const runs = { numRuns: 1000 };

describe('properties of decisions over all kinds of policies', () => {
  it('the compiled policies decide as the interpreter does that reads them as written', () => {
    const seen = { allow: 0, 'explicit deny': 0, 'implicit deny': 0 };
    fc.assert(
      fc.property(request, (plain) => {
        const expected = interpret(plain);
        seen[expected]++;
        assert.equal(decide(plain), expected);
      }),
      { numRuns: 3000 },
    );
    for (const [decision, count] of Object.entries(seen)) assert.ok(count > 100, `${decision} came up ${count} times`);
  });

  it('one more Deny, in whatever policy, never allows more', () => {
    fc.assert(
      fc.property(request, placed('Deny'), (plain, [where, statement]) => {
        const more = withStatement(plain, where, statement);
        if (more && decide(more) === 'allow') assert.equal(decide(plain), 'allow');
      }),
      runs,
    );
  });

  it('one more Allow, in whatever policy, never allows less', () => {
    fc.assert(
      fc.property(request, placed('Allow'), (plain, [where, statement]) => {
        const more = withStatement(plain, where, statement);
        if (more && decide(plain) === 'allow') assert.equal(decide(more), 'allow');
      }),
      runs,
    );
  });

  it('the order of policies, levels and statements never matters', () => {
    fc.assert(
      fc.property(request, (plain) => assert.equal(decide(reversed(plain)), decide(plain))),
      runs,
    );
  });

  it('an explanation has the same decision, and the statement that decided is one that applies', () => {
    fc.assert(
      fc.property(request, (plain) => {
        const asked = compiled(plain);
        const { decision, statements } = explain(asked);
        assert.equal(decision.allowed, evaluate(asked).allowed);
        const deciding = statements.find(({ statement }) => statement === decision.statement);
        assert.equal(deciding?.applies, decision.statement && true);
      }),
      runs,
    );
  });
});
