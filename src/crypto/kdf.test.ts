import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { deriveCounterMode, formatKdfInput } from './kdf.ts';
import vectors from './kdf.vectors.json' with { type: 'json' };

test('derives the published vectors of KDF in counter mode with HMAC-SHA-256', () => {
  for (const { count, key, fixedInput, derived } of vectors.vectors) {
    const result = deriveCounterMode(
      createSecretKey(Buffer.from(key, 'hex')),
      Buffer.from(`00000001${fixedInput}`, 'hex'),
      derived.length / 2,
    );
    assert.equal(result.toString('hex'), derived, `COUNT=${count}`);
  }
});

test('lays out its input as counter, label, zero byte, context, length in bits', () => {
  const input = formatKdfInput('test-key', Buffer.from('my-context'), 64);
  assert.equal(input.toString('hex'), '00000001746573742d6b6579006d792d636f6e7465787400000200');
});
