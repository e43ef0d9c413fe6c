import assert from 'node:assert/strict';
import { createHash, createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { CmacKdf } from './cmac-kdf.ts';
import { AeadError, decryptGcm, encryptGcm } from './gcm.ts';
import { Xaes256Gcm } from './xaes-256-gcm.ts';

const aad = Buffer.from('the place');
const none = Buffer.alloc(0);
const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte));
const key = new Xaes256Gcm(keyOf(7));

/** @see https://c2sp.org/XAES-256-GCM, "Test vectors": the bit that leaves K1 is 0 in the first, 1 in the second */
for (const { byte, additional, messageKey, sealed } of [
  {
    byte: 1,
    additional: '',
    messageKey: 'c8612c9ed53fe43e8e005b828a1631a0bbcb6ab2f46514ec4f439fcfd0fa969b',
    sealed: 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
  },
  {
    byte: 3,
    additional: 'c2sp.org/XAES-256-GCM',
    messageKey: 'e9c621d4cdd9b11b00a6427ad7e559aeedd66b3857646677748f8ca796cb3fd8',
    sealed: '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  },
]) {
  test(`gives the published results under the key of 32 times ${byte}`, () => {
    const nonce = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWX');
    assert.equal(new CmacKdf(keyOf(byte)).derive(nonce.subarray(0, 12)).toString('hex'), messageKey);
    const message = Buffer.concat([nonce, Buffer.from(sealed, 'hex')]);
    assert.equal(new Xaes256Gcm(keyOf(byte)).open(message, Buffer.from(additional)).toString(), 'XAES-256-GCM');
  });
}

test('gives the published digest of 10,000 random messages', () => {
  const random = createHash('shake128', { outputLength: 6_000_000 }).digest();
  const digest = createHash('shake128', { outputLength: 32 });
  let at = 0;
  const next = (bytes: number): Buffer => {
    at += bytes;
    return random.subarray(at - bytes, at);
  };
  for (let message = 0; message < 10_000; message++) {
    const secret = createSecretKey(next(32));
    const nonce = next(24);
    const plaintext = next(next(1)[0]!);
    const additional = next(next(1)[0]!);
    const sealed = Buffer.alloc(plaintext.length + 16);
    const messageKey = createSecretKey(new CmacKdf(secret).derive(nonce.subarray(0, 12)));
    encryptGcm(messageKey, nonce.subarray(12), plaintext, additional, sealed, 0);
    digest.update(sealed);
    assert.deepEqual(new Xaes256Gcm(secret).open(Buffer.concat([nonce, sealed]), additional), plaintext);
  }
  assert.equal(digest.digest('hex'), 'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939');
});

test('opens what it sealed behind a header, for any length', () => {
  const header = Buffer.from('header');
  for (const length of [0, 1, 15, 16, 17, 4096, 100_000]) {
    const plaintext = Buffer.alloc(length, 7);
    const message = key.seal(plaintext, aad, header);
    assert.equal(message.length, header.length + length + 40);
    assert.deepEqual(message.subarray(0, header.length), header);
    assert.deepEqual(key.open(message.subarray(header.length), aad), plaintext);
  }
});

test('takes message key and IV from the nonce that it writes, each used once', () => {
  const kdf = new CmacKdf(keyOf(7));
  const nonces = new Set<string>();
  const prefixes = new Set<string>();
  for (let n = 0; n < 100; n++) {
    const message = key.seal(Buffer.from('plaintext'), aad, none);
    const messageKey = createSecretKey(kdf.derive(message.subarray(0, 12)));
    const opened = decryptGcm(messageKey, message.subarray(12, 24), message.subarray(24), aad);
    assert.equal(opened.toString(), 'plaintext');
    nonces.add(message.toString('hex', 0, 24));
    prefixes.add(message.toString('hex', 0, 12));
  }
  assert.deepEqual([nonces.size, prefixes.size], [100, 100]);
});

test('derives the same keys one by one and many at once', () => {
  const kdf = new CmacKdf(keyOf(7));
  const contexts = Buffer.from(Array.from({ length: 16 * 12 }, (_, at) => at));
  const each = Array.from({ length: 16 }, (_, n) => kdf.derive(contexts.subarray(n * 12, (n + 1) * 12)));
  assert.deepEqual(kdf.derive(contexts), Buffer.concat(each));
});

test('detects one flipped bit anywhere in nonce, ciphertext or tag', () => {
  const sealed = key.seal(Buffer.from('0123456789abcdef0123'), aad, none);
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => key.open(altered, aad), AeadError, `bit ${bit}`);
  }
});

test('detects another aad or key, and truncation', () => {
  const sealed = key.seal(Buffer.from('secret'), aad, none);
  assert.throws(() => key.open(sealed, none), AeadError);
  assert.throws(() => new Xaes256Gcm(keyOf(8)).open(sealed, aad), AeadError);
  for (let length = 0; length < sealed.length; length++)
    assert.throws(() => key.open(sealed.subarray(0, length), aad), AeadError);
});

test('never seals the same plaintext to the same bytes', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 1000; i++) seen.add(key.seal(Buffer.from('same'), aad, none).toString('hex'));
  assert.equal(seen.size, 1000);
});

test('takes keys of 256 bits only', () => {
  for (const bytes of [16, 31, 33, 64])
    assert.throws(() => new Xaes256Gcm(createSecretKey(Buffer.alloc(bytes))), RangeError);
});
