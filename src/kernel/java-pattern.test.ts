import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileJavaPattern } from './java-pattern.ts';

const rows: readonly [pattern: string, accepted: readonly string[], refused: readonly string[]][] = [
  ['[\\w]+', ['a_1'], ['', 'a b', 'a\n', 'é']],
  ['a|b', ['a', 'b'], ['ab', 'ba', 'ax']],
  ['^[a-z]+$', ['abc'], ['abc\n', '\nabc']],
  ['[a-zA-Z0-9\\-\\_]+', ['a-_'], ['a.']],
  ['[\\w-]+', ['a-b'], ['a.b']],
  ['[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+', ['é 1', '\u{20000}'], ['!']],
  ['[\\s]+', [' \t\n\u000b\f\r'], ['\u00a0', '\ufeff']],
  ['\\p{Alnum}+', ['aZ9'], ['é']],
  ['(?s).*', ['a\nb'], []],
  ['(?i)all|[0-9]{12}', ['ALL', 'all', '111122223333'], ['al']],
  ['\\u002F[\\u0021-\\u007F]*', ['/a'], ['a']],
  ['(/(?!\\.)+[a-z.]+)+', ['/a.b'], ['/.a']],
  ['[^{}]+', ['a'], ['{']],
  ['x{2}', ['xx'], ['x{2}']],
  ['\\{x\\}', ['{x}'], ['x']],
];

for (const [pattern, accepted, refused] of rows) {
  test(`matches whole strings with ${pattern} as Java does`, () => {
    const matches = compileJavaPattern(pattern);
    for (const value of accepted) assert.ok(matches(value), JSON.stringify(value));
    for (const value of refused) assert.ok(!matches(value), JSON.stringify(value));
  });
}

test('never shows an endless string to a pattern that can backtrack', () => {
  const matches = compileJavaPattern('(a+)+b');
  // It would be looked at for ever.
  assert.ok(!matches('a'.repeat(1_000_000)));
});
