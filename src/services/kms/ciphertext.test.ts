import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../store/open.ts';
import { type CiphertextVersion, formatHeader, parseCiphertext } from './ciphertext.ts';
import { encodeEncryptionContext } from './encryption-context.ts';
import { KeyMaterial, wrapMaterial } from './key-material.ts';

const key = { account: '111122223333', region: 'eu-west-2', id: '1234abcd-12ab-34cd-56ef-1234567890ab' };
const keyWrap = (await openStore({ data: ':memory:' })).keyWrap('test');
const stored = wrapMaterial(Buffer.from(Array.from({ length: 32 }, (_, index) => index)), key, keyWrap);
const material = new KeyMaterial(stored, key, keyWrap);

// Computed once with Python's hmac and cryptography from docs/formats/kms-ciphertext.md.
const known = {
  materialId: '02826b28cfd4a3e0a90f3f0c75fbe45c21c330af9dad9a8579bf98a2238494bd',
  ciphertexts: [
    'AQICAHgAGd9mkOUCgmsoz9Sj4KkPPwx1++RcIcMwr52tmoV5v5iiI4SUvSQxMjM0YWJjZC0xMmFiLTM0Y2QtNTZlZi0xMjM0NTY3ODkwYWLQGW0F' +
      'YGFiY2RlZmdoaWprbG1ub0JVxY5Ix1+85TxAKQ8oYodlDO9Mug==',
    'AQICAHgBGd9mkOUCgmsoz9Sj4KkPPwx1++RcIcMwr52tmoV5v5iiI4SUvSQxMjM0YWJjZC0xMmFiLTM0Y2QtNTZlZi0xMjM0NTY3ODkwYWIsR6qY' +
      'YGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3gXfQFtd/k2EJpnJtFWprlWKOMlDv',
  ],
  context: { dept: 'hr' },
  plaintext: 'hello',
};

for (const [version, bytes] of known.ciphertexts.entries()) {
  test(`the documented format decrypts, version ${version}: material id, header and sealed part`, () => {
    assert.equal(stored.id, known.materialId);
    const ciphertext = parseCiphertext(Buffer.from(bytes, 'base64'))!;
    const { account, keyId, keyMaterialId } = ciphertext;
    assert.deepEqual(
      { version: ciphertext.version, account, keyId, keyMaterialId },
      { version, account: key.account, keyId: key.id, keyMaterialId: known.materialId },
    );
    assert.equal(material.decrypt(ciphertext, encodeEncryptionContext(known.context))?.toString(), known.plaintext);
  });
}

test('a ciphertext is 124 bytes longer than its plaintext, and differs every time', () => {
  const [one, other] = [1, 2].map(() => material.encrypt(Buffer.alloc(4096), encodeEncryptionContext({})));
  assert.equal(one!.length, 4096 + 124);
  assert.notDeepEqual(one, other);
});

test('a flipped bit in any byte, a missing byte and a byte too many fail', () => {
  const good = material.encrypt(Buffer.from('secret'), encodeEncryptionContext(known.context));
  const opens = (blob: Buffer): boolean => {
    const ciphertext = parseCiphertext(blob);
    return (
      ciphertext !== undefined && material.decrypt(ciphertext, encodeEncryptionContext(known.context)) !== undefined
    );
  };
  assert.ok(opens(good));
  for (let at = 0; at < good.length; at++) {
    const flipped = Buffer.from(good);
    flipped[at]! ^= 1 << (at % 8);
    assert.ok(!opens(flipped), `byte ${at}`);
    assert.ok(!opens(good.subarray(0, at)), `cut at ${at}`);
  }
  assert.ok(!opens(Buffer.concat([good, Buffer.alloc(1)])));
});

test('a header with a good checksum but of another key, account, material or version does not open', () => {
  const context = encodeEncryptionContext({});
  const good = parseCiphertext(material.encrypt(Buffer.from('secret'), context))!;
  const others = [
    formatHeader(1, key.account, 'other', stored.id),
    formatHeader(1, '999999999999', key.id, stored.id),
    formatHeader(1, key.account, key.id, '00'.repeat(32)),
    formatHeader(0, key.account, key.id, stored.id),
  ];
  for (const header of others) assert.equal(material.decrypt({ ...good, header }, context), undefined);
  assert.equal(material.decrypt({ ...good, version: 0 }, context), undefined);
});

test('a version that there is not yet is no ciphertext', () => {
  const header = formatHeader(2 as CiphertextVersion, key.account, key.id, stored.id);
  assert.equal(parseCiphertext(Buffer.concat([header, Buffer.alloc(40)])), undefined);
});

test('key ids of any length up to 255 and accounts with leading zeros are carried', () => {
  for (const [account, keyId] of [
    ['000000000000', '0509dc31'],
    ['012345678901', 'x'.repeat(255)],
  ] as const) {
    const parsed = parseCiphertext(Buffer.concat([formatHeader(1, account, keyId, stored.id), Buffer.alloc(32)]));
    assert.deepEqual([parsed?.account, parsed?.keyId], [account, keyId]);
  }
});

test('wrapped material opens only for its own key and id', () => {
  assert.throws(() => new KeyMaterial(stored, { ...key, id: 'other' }, keyWrap));
  assert.throws(() => new KeyMaterial({ ...stored, id: '00'.repeat(32) }, key, keyWrap));
});

test('wrapping clears the raw material', () => {
  const raw = Buffer.alloc(32, 7);
  wrapMaterial(raw, key, keyWrap);
  assert.deepEqual(raw, Buffer.alloc(32));
});
