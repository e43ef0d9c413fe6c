import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTextNumber } from './scalars.ts';

test('knows floats and doubles that no decimal number is, by one spelling each; integers are none of them', () => {
  const rows = [
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ] as const;
  for (const [text, value] of rows) {
    assert.equal(findTextNumber(text, 'float'), value);
    assert.equal(findTextNumber(text, 'double'), value);
    assert.equal(findTextNumber(text, 'integer'), undefined);
    assert.equal(findTextNumber(text, 'long'), undefined);
  }
  for (const text of ['nan', 'NAN', '-NaN', '+Infinity', 'infinity', 'INF', '1e400', '0x10', 'constructor', '']) {
    assert.equal(findTextNumber(text, 'double'), undefined, text);
  }
});
