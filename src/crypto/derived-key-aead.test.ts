import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { AeadKey, aeadOverheadBytes } from './derived-key-aead.ts';
import { AeadError } from './gcm.ts';

const keyBytes = Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex');
const key = AeadKey.from(createSecretKey(keyBytes), 'test/label');
const aad = Buffer.from('the place');

test('opens what it sealed, for any length', () => {
  for (const length of [0, 1, 15, 16, 17, 4096, 100_000]) {
    const plaintext = Buffer.alloc(length, 7);
    const sealed = key.seal(plaintext, aad);
    assert.equal(sealed.length, length + aeadOverheadBytes);
    assert.deepEqual(key.open(sealed, aad), plaintext);
  }
});

test('is the documented construct: SP 800-108 counter mode, then AES-256-GCM with a zero IV', () => {
  const sealed = key.seal(Buffer.from('plaintext'), aad);
  const fixedInput = Buffer.concat([
    Buffer.from('test/label\0'),
    sealed.subarray(0, 16),
    Buffer.from('00000100', 'hex'),
  ]);
  const messageKey = createHmac('sha256', keyBytes).update(Buffer.from('00000001', 'hex')).update(fixedInput).digest();
  const decipher = createDecipheriv('aes-256-gcm', messageKey, Buffer.alloc(12));
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-16));
  assert.equal(decipher.update(sealed.subarray(16, -16), undefined, 'utf8') + decipher.final('utf8'), 'plaintext');
});

/** @see "The Galois/Counter Mode of Operation (GCM)", submitted for SP 800-38D, appendix B, test cases 13 and 14: our IV */
for (const [plaintext, ciphertext, tag] of [
  ['', '', '530f8afbc74536b9a963b4f1c4cb738b'],
  ['00'.repeat(16), 'cea7403d4d606b6e074ec5d3baf39d18', 'd0d1c8a799996bf0265b98b5d48ab919'],
] as const) {
  test(`the cipher under it gives the published results for ${plaintext.length / 2} bytes under the zero key and IV`, () => {
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(Buffer.alloc(32)), Buffer.alloc(12));
    assert.equal(cipher.update(plaintext, 'hex', 'hex') + cipher.final('hex'), ciphertext);
    assert.equal(cipher.getAuthTag().toString('hex'), tag);
  });
}

test('opens bytes sealed long ago', () => {
  // Made once by an independent implementation (Python's hmac and cryptography); guards the format against drift.
  const sealed = Buffer.from(
    '6465666768696a6b6c6d6e6f70717273e71b4c047d8a9189cf4737c114a1b625dc117c0ec7c9016cfe30956c5bfc80',
    'hex',
  );
  assert.equal(key.open(sealed, aad).toString(), 'sealed long ago');
});

test('detects one flipped bit anywhere in nonce, ciphertext or tag', () => {
  const sealed = key.seal(Buffer.from('0123456789abcdef0123'), aad);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => key.open(altered, aad), AeadError, `bit ${bit}`);
  }
});

test('detects another aad, label or key, and truncation', () => {
  const sealed = key.seal(Buffer.from('secret'), aad);
  const otherKey = AeadKey.from(createSecretKey(Buffer.alloc(32, 1)), 'test/label');
  const otherLabel = AeadKey.from(createSecretKey(keyBytes), 'test/labem');
  assert.throws(() => key.open(sealed, Buffer.from('the plac')), AeadError);
  assert.throws(() => key.open(sealed, Buffer.alloc(0)), AeadError);
  assert.throws(() => otherKey.open(sealed, aad), AeadError);
  assert.throws(() => otherLabel.open(sealed, aad), AeadError);
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => key.open(sealed.subarray(0, length), aad), AeadError);
  }
});

test('never seals the same plaintext to the same bytes', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) seen.add(key.seal(Buffer.from('same'), aad).toString('hex'));
  assert.equal(seen.size, 1000);
});

test('takes keys of 256 bits only', () => {
  for (const bytes of [16, 31, 33, 64]) {
    assert.throws(() => AeadKey.from(createSecretKey(Buffer.alloc(bytes)), 'x'), RangeError);
  }
});
