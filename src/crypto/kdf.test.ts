import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { deriveCounterMode, formatFixedInput } from './kdf.ts';
import vectors from './kdf.vectors.json' with { type: 'json' };

test('derives the published vectors of KDF in counter mode with HMAC-SHA-256', () => {
  for (const { count, key, fixedInput, derived } of vectors.vectors) {
    const result = deriveCounterMode(
      createSecretKey(Buffer.from(key, 'hex')),
      Buffer.from(fixedInput, 'hex'),
      derived.length / 2,
    );
    assert.equal(result.toString('hex'), derived, `COUNT=${count}`);
  }
});

test('lays out fixed input as label, zero byte, context, length in bits', () => {
  const fixed = formatFixedInput('test-key', Buffer.from('my-context'), 64);
  assert.equal(fixed.toString('hex'), '746573742d6b6579006d792d636f6e7465787400000200');
});
