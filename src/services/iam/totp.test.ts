import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { isCodeOf, stepOf, totp } from './totp.ts';

const seed = createSecretKey(Buffer.from('12345678901234567890'));

/** RFC 6238 Appendix B, SHA-1; the last six of the eight digits. */
const vectors = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const;

for (const [seconds, code] of vectors) {
  test(`the code at ${seconds} s is ${code} (RFC 6238 Appendix B)`, () => {
    const step = stepOf(new Date(seconds * 1000));
    assert.equal(totp(seed, step), code);
    assert.ok(isCodeOf(seed, step, code));
    assert.ok(!isCodeOf(seed, step + 1, code));
  });
}
