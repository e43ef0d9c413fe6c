import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileCondition } from './condition.ts';
import { operators } from './index.ts';

/** For each operator: a policy value, a request value for which it holds, and one for which it does not. */
const samples: Readonly<Record<string, readonly [value: string, right: string, wrong: string]>> = {
  StringEquals: ['A', 'A', 'B'],
  StringNotEquals: ['A', 'B', 'A'],
  StringEqualsIgnoreCase: ['a', 'A', 'B'],
  StringNotEqualsIgnoreCase: ['a', 'B', 'A'],
  StringLike: ['A*', 'AB', 'B'],
  StringNotLike: ['A*', 'B', 'AB'],
  NumericEquals: ['5', '5', '6'],
  NumericNotEquals: ['5', '6', '5'],
  NumericLessThan: ['5', '4', '5'],
  NumericLessThanEquals: ['5', '5', '6'],
  NumericGreaterThan: ['5', '6', '5'],
  NumericGreaterThanEquals: ['5', '5', '4'],
  DateEquals: ['2026-01-02', '2026-01-02', '2026-01-03'],
  DateNotEquals: ['2026-01-02', '2026-01-03', '2026-01-02'],
  DateLessThan: ['2026-01-02', '2026-01-01', '2026-01-02'],
  DateLessThanEquals: ['2026-01-02', '2026-01-02', '2026-01-03'],
  DateGreaterThan: ['2026-01-02', '2026-01-03', '2026-01-02'],
  DateGreaterThanEquals: ['2026-01-02', '2026-01-02', '2026-01-01'],
  Bool: ['true', 'true', 'false'],
  BinaryEquals: ['aGk=', 'aGk=', 'aG8='],
  IpAddress: ['192.0.2.0/24', '192.0.2.9', '198.51.100.9'],
  NotIpAddress: ['192.0.2.0/24', '198.51.100.9', '192.0.2.9'],
  ArnEquals: ['arn:aws:sns:*:*:t', 'arn:aws:sns:r:1:t', 'arn:aws:sns:r:1:u'],
  ArnNotEquals: ['arn:aws:sns:*:*:t', 'arn:aws:sns:r:1:u', 'arn:aws:sns:r:1:t'],
  ArnLike: ['arn:aws:sns:*:*:t*', 'arn:aws:sns:r:1:t1', 'arn:aws:sns:r:1:u'],
  ArnNotLike: ['arn:aws:sns:*:*:t*', 'arn:aws:sns:r:1:u', 'arn:aws:sns:r:1:t1'],
};

type Shape = 'right' | 'wrong' | 'absent' | 'empty' | readonly ('right' | 'wrong')[];

/** What the request has, and whether the condition then holds: for positive and for negated operators. */
const situations: readonly [set: string, suffix: string, request: Shape, positive: boolean, negated: boolean][] = [
  ['', '', 'right', true, true],
  ['', '', 'wrong', false, false],
  ['', '', 'absent', false, true],
  ['', '', 'empty', false, true],
  ['', '', ['right', 'right'], true, true],
  ['', '', ['wrong', 'right'], true, false],
  ['', '', ['wrong', 'wrong'], false, false],
  ['', 'IfExists', 'right', true, true],
  ['', 'IfExists', 'wrong', false, false],
  ['', 'IfExists', 'absent', true, true],
  ['', 'IfExists', 'empty', true, true],
  ['ForAllValues:', '', 'right', true, true],
  ['ForAllValues:', '', 'wrong', false, false],
  ['ForAllValues:', '', 'absent', true, true],
  ['ForAllValues:', '', 'empty', true, true],
  ['ForAllValues:', '', ['right', 'right'], true, true],
  ['ForAllValues:', '', ['right', 'wrong'], false, false],
  ['ForAllValues:', 'IfExists', 'absent', true, true],
  ['ForAllValues:', 'IfExists', ['right', 'wrong'], false, false],
  ['ForAnyValue:', '', 'right', true, true],
  ['ForAnyValue:', '', 'wrong', false, false],
  ['ForAnyValue:', '', 'absent', false, false],
  ['ForAnyValue:', '', 'empty', false, false],
  ['ForAnyValue:', '', ['wrong', 'right'], true, true],
  ['ForAnyValue:', '', ['wrong', 'wrong'], false, false],
  ['ForAnyValue:', 'IfExists', 'absent', true, true],
  ['ForAnyValue:', 'IfExists', ['wrong', 'wrong'], false, false],
];

describe('every operator on keys that are absent, empty, single- and multivalued', () => {
  for (const { name, negated } of operators.values()) {
    it(`${name}, with and without IfExists, ForAllValues and ForAnyValue`, () => {
      const [value, right, wrong] = samples[name]!;
      for (const [set, suffix, request, positive, negatedResult] of situations) {
        const condition = compileCondition(`${set}${name}${suffix}`, 'x:Key', [value], true);
        const actual = requestValue(request, { right, wrong });
        const holds = condition.holds((key) => (key === 'x:key' ? actual : undefined));
        assert.equal(holds, negated ? negatedResult : positive, `${condition.operator} where the key is ${request}`);
      }
    });
  }
});

function requestValue(
  shape: Shape,
  values: { readonly right: string; readonly wrong: string },
): string | readonly string[] | undefined {
  if (shape === 'absent') return undefined;
  if (shape === 'empty') return [];
  return typeof shape === 'string' ? values[shape] : shape.map((name) => values[name]);
}

it('joins the values of a positive operator by OR and those of a negated one by NOR', () => {
  const holds = (operator: string, actual: string) =>
    compileCondition(operator, 'x:Key', ['A', 'B'], true).holds(() => actual);
  assert.deepEqual(
    ['A', 'B', 'C'].map((actual) => holds('StringEquals', actual)),
    [true, true, false],
  );
  assert.deepEqual(
    ['A', 'B', 'C'].map((actual) => holds('StringNotEquals', actual)),
    [false, false, true],
  );
});
