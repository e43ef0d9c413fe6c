import assert from 'node:assert/strict';
import { it } from 'node:test';
import { compileCondition } from './condition.ts';

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
