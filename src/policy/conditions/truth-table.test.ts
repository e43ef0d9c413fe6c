import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type AuthorizationRequest, compilePolicy, evaluate, parsePolicy } from '../policy.ts';
import { operators } from './index.ts';

/** truth-table.json: what holds, by the IAM User Guide. */
interface TruthTable {
  readonly states: Readonly<Record<string, string>>;
  readonly forms: readonly {
    readonly set: string;
    readonly suffix: string;
    readonly holds: Readonly<Record<string, readonly [positive: boolean, negated: boolean]>>;
  }[];
  readonly operators: readonly OperatorRow[];
  readonly null: Readonly<Record<string, readonly [ofTrue: boolean, ofFalse: boolean] | string>>;
}

interface OperatorRow {
  readonly operator: string;
  readonly negation?: string;
  readonly value: string;
  readonly match: string;
  readonly other: string;
  readonly malformed?: string;
}

const table = JSON.parse(readFileSync(new URL('./truth-table.json', import.meta.url), 'utf8')) as TruthTable;

/** What the request has for the key; undefined: nothing. @returns null where the operator has no such value */
const requestValue = (state: string, row: Partial<OperatorRow>): string | readonly string[] | undefined | null => {
  if (state === 'absent') return undefined;
  if (state === 'empty list') return [];
  if (state === 'empty text') return '';
  const values = state.split(', ').map((name) => row[name as 'match' | 'other' | 'malformed']);
  if (values.some((value) => value === undefined)) return null;
  return values.length === 1 ? values[0] : (values as string[]);
};

const everything = { Effect: 'Allow', Action: '*', Resource: '*' };

const decide = (value: string | readonly string[] | undefined, ...statements: readonly object[]): string => {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const request: AuthorizationRequest = {
    principal: { kind: 'user', account: '111122223333', arn: 'arn:aws:iam::111122223333:user/bob', userId: 'AIDA' },
    action: 's3:GetObject',
    resource: { arn: 'arn:aws:s3:::bucket/key', account: '111122223333' },
    context: (key) => (key === 'x:key' ? value : undefined),
    identity: [compilePolicy(parsePolicy(text, 'identity'))],
  };
  const decision = evaluate(request);
  if (decision.allowed) return `allowed by ${decision.by}`;
  return `${decision.explicit ? 'denied' : 'not allowed'} by ${decision.policyType}`;
};

/** A condition that holds lets its Allow allow and its Deny deny, and one that does not lets neither. */
const requireHolds = (condition: object, value: string | readonly string[] | undefined, holds: boolean): void => {
  assert.equal(
    decide(value, { ...everything, Condition: condition }),
    holds ? 'allowed by identity' : 'not allowed by identity',
  );
  assert.equal(
    decide(value, everything, { ...everything, Effect: 'Deny', Condition: condition }),
    holds ? 'denied by identity' : 'allowed by identity',
  );
};

for (const row of table.operators) {
  for (const [index, operator] of [row.operator, row.negation].entries()) {
    if (operator === undefined) continue;
    describe(operator, () => {
      for (const { set, suffix, holds } of table.forms) {
        for (const [state, expected] of Object.entries(holds)) {
          const value = requestValue(state, row);
          if (value === null) continue;
          const written = `${set}${operator}${suffix}`;
          it(`${written} ${expected[index] ? 'holds' : 'fails'}: ${state}`, () =>
            requireHolds({ [written]: { 'x:Key': row.value } }, value, expected[index]!));
        }
      }
    });
  }
}

describe('Null', () => {
  const { source: _source, ...states } = table.null;
  for (const [state, expected] of Object.entries(states)) {
    for (const [index, written] of ['true', 'false'].entries()) {
      it(`"${written}" ${expected[index] ? 'holds' : 'fails'}: ${state}`, () =>
        requireHolds(
          { Null: { 'x:Key': written } },
          requestValue(state, { match: 'a', other: 'b' })!,
          expected[index] as unknown as boolean,
        ));
    }
  }
});

describe('the truth table', () => {
  it('has every operator', () => {
    const listed = table.operators.flatMap(({ operator, negation }) => [operator, negation ?? []].flat());
    assert.deepEqual(listed.sort(), [...operators.keys()].sort());
  });

  it('has every state of the key in every form', () => {
    for (const { holds } of table.forms) assert.deepEqual(Object.keys(holds), Object.keys(table.states));
  });
});
