import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, test } from 'node:test';
import { unwrapWithPadding } from './aes-key-wrap.ts';

/** @see RFC 5649 §6 */
const kek = createSecretKey(Buffer.from('5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8', 'hex'));
const examples = [
  ['c37b7e6492584340bed12207808941155068f738', '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a'],
  ['466f7250617369', 'afbeb0f07dfbf5419200f2ccb50bb24f'],
] as const;

describe('AES key wrap with padding', () => {
  for (const [key, wrapped] of examples) {
    test(`unwraps RFC 5649's example of ${key.length / 2} octets, and nothing with a flipped bit`, () => {
      assert.equal(unwrapWithPadding(kek, Buffer.from(wrapped, 'hex'))?.toString('hex'), key);
      for (let bit = 0; bit < wrapped.length * 4; bit++) {
        const altered = Buffer.from(wrapped, 'hex');
        altered[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(unwrapWithPadding(kek, altered), undefined, `bit ${bit}`);
      }
    });
  }

  test('answers the same to lengths that it never makes and to keys that AES does not have', () => {
    for (const bytes of [0, 8, 15, 17]) assert.equal(unwrapWithPadding(kek, Buffer.alloc(bytes)), undefined);
    assert.equal(unwrapWithPadding(createSecretKey(Buffer.alloc(20)), Buffer.alloc(24)), undefined);
  });
});
