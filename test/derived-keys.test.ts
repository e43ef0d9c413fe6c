import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encryptOften } from '../bench/derived-keys.ts';

test('20,000 Encrypt calls under one key use 20,000 pairs of AES key and IV', async () => {
  const { pairs, decrypted } = await encryptOften(20_000);
  assert.equal(pairs, 20_000);
  assert.equal(decrypted, Math.ceil(20_000 / 97));
});
