import assert from 'node:assert/strict';
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { HmacKey } from './hmac-key.ts';

/** RFC 4231 §4.2 to §4.5; the cases with keys of more than one block do not apply. */
const vectors = [
  {
    key: '0b'.repeat(20),
    message: Buffer.from('Hi There').toString('hex'),
    mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  {
    key: Buffer.from('Jefe').toString('hex'),
    message: Buffer.from('what do ya want for nothing?').toString('hex'),
    mac: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    key: 'aa'.repeat(20),
    message: 'dd'.repeat(50),
    mac: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  },
  {
    key: '0102030405060708090a0b0c0d0e0f10111213141516171819',
    message: 'cd'.repeat(50),
    mac: '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  },
];

for (const [index, { key, message, mac }] of vectors.entries()) {
  test(`RFC 4231 test case ${index + 1}`, () => {
    const hmac = new HmacKey(createSecretKey(Buffer.from(key, 'hex')));
    const bytes = Buffer.from(message, 'hex');
    assert.equal(hmac.mac(bytes).toString('hex'), mac);
    assert.equal(hmac.macHex(bytes.toString('latin1')), mac);
  });
}

test('gives what node:crypto gives, for one key and messages of all lengths in any order', () => {
  const key = createSecretKey(randomBytes(64));
  const hmac = new HmacKey(key);
  for (const bytes of [0, 1, 55, 56, 63, 64, 65, 500, 3, 10_000, 0, 127]) {
    const message = randomBytes(bytes);
    const expected = createHmac('sha256', key).update(message).digest();
    assert.deepEqual(hmac.mac(message), expected);
    assert.equal(hmac.macHex(message.toString('latin1')), expected.toString('hex'));
  }
});

test('refuses a key that HMAC would hash first', () => {
  assert.throws(() => new HmacKey(createSecretKey(Buffer.alloc(65))), RangeError);
});
