import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leastCpu } from '../testing/growth.ts';
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

  it('stay fast on patterns that make backtracking matchers explode', async () => {
    const text = `${'a'.repeat(60_000)}c`;
    const hostile = [
      '*a'.repeat(1000).concat('*b*'),
      `${'*'.repeat(2000)}b*`,
      `*${'?'.repeat(1000)}b*`,
      '*a?'.repeat(700).concat('*b*'),
      `*a${'?'.repeat(25_000)}b*`,
      `*${'a?'.repeat(12_500)}b*`,
    ];
    // What the longest run of all comes to, 32 places at a time.
    const steps = (text.length * 25_000) / 32;
    let sum = 0;
    const most = await leastCpu(() => {
      for (let step = 0; step < steps; step++) sum = (sum + step) & 0xff_ffff;
    });
    assert.notEqual(sum, -1);
    for (const pattern of hostile) {
      const test = compileText(parsePattern(`${pattern}c`));
      const took = await leastCpu(() => assert.equal(test(text), false));
      assert.ok(took < 10 * most, `${pattern.slice(0, 10)}…: ${took / most} times`);
    }
  });

  it('stay fast where pattern and text have thousands of different characters in place of a few', async () => {
    const characters = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('');
    const cost = (run: string) => {
      const test = compileText(parsePattern(`*?${run}z*`));
      const text = 'x'.repeat(40).concat(`${run}y`.repeat(2));
      return leastCpu(() => assert.equal(test(text), false));
    };
    const [many, few] = [await cost(characters), await cost('abcd'.repeat(1000))];
    assert.ok(many < 40 * few, `${many / few} times`);
  });

  it('find a run with ? wherever it stands in a long text', () => {
    const run = `b${'a?'.repeat(40)}?b`;
    const placed = run.replaceAll('?', 'x');
    const test = compileText(parsePattern(`*${run}*`));
    for (const before of [0, 1, 31, 32, 33, 63, 64, 2047, 2048, 2079, 2080, 2081, 4127, 4128, 9000]) {
      for (const after of [0, 1, 5000]) {
        const text = 'a'.repeat(before) + placed + 'a'.repeat(after);
        assert.equal(test(text), true, `${before} before, ${after} after`);
        assert.equal(test(text.replaceAll('b', 'a')), false, `${before} before, ${after} after`);
        assert.equal(test(text.slice(0, -after - 1)), false, `${before} before, its end cut off`);
      }
    }
  });
});
