import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilePattern, compileText, parsePattern } from './match.ts';

describe('wildcard patterns', () => {
  it('match within a range of a text only', () => {
    const test = compilePattern(parsePattern('b*d'));
    assert.equal(test('abcde', 1, 4), true);
    assert.equal(test('abcde', 0, 5), false);
    assert.equal(test('abcde', 1, 3), false);
  });

  it('find no run beyond the end of the range', () => {
    assert.equal(compilePattern(parsePattern('*x*'))('aax', 0, 2), false);
    assert.equal(compilePattern(parsePattern('*?x*'))('aax', 0, 2), false);
  });

  it('stay fast on patterns that make backtracking matchers explode', () => {
    const text = 'a'.repeat(20_000);
    const hostile = [
      '*a'.repeat(1000).concat('*b'),
      `${'*'.repeat(2000)}b`,
      `*${'?'.repeat(1000)}b*`,
      '*a?'.repeat(700),
    ];
    for (const pattern of hostile) {
      const test = compileText(parsePattern(`${pattern}c`));
      const start = performance.now();
      assert.equal(test(text), false);
      assert.ok(performance.now() - start < 250, 'took longer than 250 ms');
    }
  });
});
