import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Spellings } from '../context.ts';
import { compileCondition } from './condition.ts';

it('joins the values of a positive operator by OR and those of a negated one by NOR', () => {
  const holds = (operator: string, actual: string) =>
    compileCondition(operator, 'x:Key', ['A', 'B'], true, 'Allow').holds(() => actual);
  assert.deepEqual(
    ['A', 'B', 'C'].map((actual) => holds('StringEquals', actual)),
    [true, true, false],
  );
  assert.deepEqual(
    ['A', 'B', 'C'].map((actual) => holds('StringNotEquals', actual)),
    [false, false, true],
  );
});

it('holds, of a key in several spellings, for an Allow when it does for each and for a Deny when it does for any', () => {
  const team = () => Spellings.of('red', 'blue');
  const holds = (operator: string, effect: 'Allow' | 'Deny') =>
    compileCondition(operator, 'aws:RequestTag/team', ['red'], true, effect).holds(team);
  assert.deepEqual(
    ['StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'ForAnyValue:StringEquals'].map((operator) => [
      holds(operator, 'Allow'),
      holds(operator, 'Deny'),
    ]),
    [
      [false, true],
      [false, true],
      [false, true],
      [true, true],
    ],
  );
});
