import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  evaluate,
  type PolicyKind,
  type Principal,
  parsePolicy,
} from './policy.ts';

type Value = string | boolean;
type Combination = Readonly<Record<string, Value>>;

/** evaluation-table.json: the rules, by the IAM User Guide. */
interface EvaluationTable {
  readonly otherwise: Combination;
  readonly rules: readonly {
    readonly rule: string;
    readonly when: Readonly<Record<string, readonly Value[]>>;
    readonly expect: string;
  }[];
}

const table = JSON.parse(readFileSync(new URL('./evaluation-table.json', import.meta.url), 'utf8')) as EvaluationTable;
const principals = JSON.parse(readFileSync(new URL('./cases/principals.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Principal>
>;

const names: Readonly<Record<string, string>> = { user: 'bob', service: 'logs' };
const [home, elsewhere] = ['111122223333', '444455556666'];

const compile = (kind: PolicyKind, Statement: readonly object[]): CompiledPolicy =>
  compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind));

const statementsOf = (state: Value, naming: object): readonly object[] => {
  const allow = { Effect: 'Allow', Action: '*', Resource: '*', ...naming };
  if (state === 'none') return [{ ...allow, Action: 'sqs:SendMessage' }];
  return state === 'deny' ? [allow, { ...allow, Effect: 'Deny' }] : [allow];
};

/** Whom the Allow of the resource policy names. */
const named = (resource: Value, { kind, arn, account, roleArn }: Principal): object | string => {
  if (resource === 'nobody') return { AWS: `arn:aws:iam::${account || home}:user/somebody-else` };
  if (resource === 'account') return { AWS: account };
  if (resource === 'role') return { AWS: roleArn };
  if (resource !== 'itself' || kind === 'anonymous') return '*';
  return kind === 'service' ? { Service: arn } : { AWS: arn };
};

const resourcePolicy = (resource: Value, principal: Principal): CompiledPolicy | undefined =>
  resource === 'absent'
    ? undefined
    : compile(
        'resource',
        statementsOf(resource === 'deny' ? 'deny' : 'allow', { Principal: named(resource, principal) }),
      );

const requestOf = (combination: Combination): AuthorizationRequest => {
  const { relation, needsPolicy, resource, identity, boundary, session, scp, rcp, endpoint } = combination;
  const name = String(combination.principal);
  const principal = principals[names[name] ?? name]!;
  const policies = (state: Value | undefined, kind: PolicyKind) =>
    state === 'absent' ? undefined : [compile(kind, statementsOf(state!, naming(kind)))];
  const naming = (kind: PolicyKind) => (kind === 'rcp' || kind === 'vpc-endpoint' ? { Principal: '*' } : {});
  const policy = resourcePolicy(resource!, principal);
  const [bounds, narrowing, through] = [
    policies(boundary, 'managed'),
    policies(session, 'identity'),
    policies(endpoint, 'vpc-endpoint'),
  ];
  const [scps, rcps] = [policies(scp, 'scp'), policies(rcp, 'rcp')];
  return {
    principal,
    action: 's3:GetObject',
    resource: {
      arn: 'arn:aws:s3:::bucket/key',
      account: relation === 'same' ? home : elsewhere,
      policyRequired: needsPolicy === true,
      ...(policy && { policy }),
    },
    context: () => undefined,
    identity: policies(identity, 'identity') ?? [],
    ...(bounds && { boundary: bounds }),
    ...(narrowing && { session: narrowing }),
    ...(through && { vpcEndpoint: through }),
    ...(scps && { scps: [scps] }),
    ...(rcps && { rcps: [rcps] }),
  };
};

const format = (decision: Decision): string => {
  if (decision.allowed) return `allow ${decision.by}`;
  return `${decision.explicit ? 'deny' : 'none'} ${decision.policyType}`;
};

const combinationsOf = (when: Readonly<Record<string, readonly Value[]>>): readonly Combination[] =>
  Object.entries(when).reduce<readonly Combination[]>(
    (combinations, [dimension, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [dimension]: value }))),
    [{}],
  );

for (const { rule, when, expect } of table.rules) {
  describe(rule, () => {
    for (const combination of combinationsOf(when)) {
      const text = Object.entries(combination).map(([dimension, value]) => `${dimension} ${value}`);
      it(text.join(', '), () =>
        assert.equal(format(evaluate(requestOf({ ...table.otherwise, ...combination }))), expect),
      );
    }
  });
}

it('every dimension that a rule names exists', () => {
  for (const { when } of table.rules) {
    for (const dimension of Object.keys(when)) assert.ok(dimension in table.otherwise, dimension);
  }
});
