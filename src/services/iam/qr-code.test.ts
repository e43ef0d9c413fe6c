import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { qrCode, qrCodePng } from './qr-code.ts';

/** SHA-256 of the matrix in zeros and ones, row by row; an independent reader (jsQR 1.4) read each of these codes back. */
const codes = [
  [10, 21, '0ae8b6bc625f2c7279d32d85c42e6953181e9ecc79ef65cbded8e1f25449d9d2'],
  [150, 45, '1b893491bd8934e7e281a7818cb4450f2b9821d9db8aeb32d1d4442b21d32f12'],
  [230, 53, 'd929204fc3c4bf6ddbfcd701df6b73c8a0e505fc2fd68b8d9c2d373c1357ff2d'],
] as const;

for (const [length, side, digest] of codes) {
  test(`a text of ${length} bytes is a code of ${side} by ${side} modules`, () => {
    const modules = qrCode('x'.repeat(length));
    assert.equal(modules.length, side);
    const text = modules.map((row) => row.map((dark) => (dark ? '1' : '0')).join('')).join('\n');
    assert.equal(hash('sha256', text), digest);
  });
}

test('a longer text is refused', () => assert.throws(() => qrCode('x'.repeat(231)), RangeError));

test('the picture is a PNG of four pixels a module and a quiet zone', () => {
  const picture = qrCodePng('x');
  assert.equal(picture.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
  assert.equal(picture.readUInt32BE(16), (21 + 8) * 4);
});
