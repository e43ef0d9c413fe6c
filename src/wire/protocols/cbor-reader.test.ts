import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { Fault } from '../../kernel/fault.ts';
import { CborReader, maxDepth } from './cbor-reader.ts';

const reading = (hex: string): CborReader => new CborReader(Buffer.from(hex, 'hex'));

/** RFC 8949, appendix A. */
const numbers: readonly [hex: string, number: number][] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['18ff', 255],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['3903e7', -1000],
  ['f90000', 0],
  ['f98000', -0],
  ['f93c00', 1],
  ['fb3ff199999999999a', 1.1],
  ['f93e00', 1.5],
  ['f97bff', 65504],
  ['fa47c35000', 100_000],
  ['fa7f7fffff', 3.4028234663852886e38],
  ['fb7e37e43c8800759c', 1e300],
  ['f90001', 2 ** -24],
  ['f90400', 0.00006103515625],
  ['f9c400', -4],
  ['fbc010666666666666', -4.1],
  ['f97c00', Number.POSITIVE_INFINITY],
  ['f97e00', Number.NaN],
  ['f9fc00', Number.NEGATIVE_INFINITY],
];

test('reads the numbers of RFC 8949, appendix A', () => {
  for (const [hex, number] of numbers) assert.ok(Object.is(reading(hex).number(), number), hex);
});

test('reads integers of 64 bits exactly', () => {
  assert.equal(reading('1bffffffffffffffff').integer(), 18446744073709551615n);
  assert.equal(reading('3bffffffffffffffff').integer(), -18446744073709551616n);
  assert.equal(reading('1b001fffffffffffff').integer(), Number.MAX_SAFE_INTEGER);
  assert.equal(reading('3b001ffffffffffffe').integer(), -Number.MAX_SAFE_INTEGER);
  assert.equal(reading('3b001fffffffffffff').integer(), -(2n ** 53n));
});

test('reads strings of definite and indefinite length', () => {
  assert.equal(reading('6449455446').text(), 'IETF');
  assert.equal(reading('62c3bc').text(), 'ü');
  assert.equal(reading('7f657374726561646d696e67ff').text(), 'streaming');
  assert.deepEqual(reading('5f42010243030405ff').bytes(), Buffer.of(1, 2, 3, 4, 5));
});

test('reads maps and arrays of definite and indefinite length', () => {
  for (const hex of ['a26161016162820203', 'bf61610161629f0203ffff']) {
    const reader = reading(hex);
    const seen: unknown[] = [];
    reader.eachEntry((key) => {
      seen.push(key);
      if (key === 'a') seen.push(reader.integer());
      else reader.eachElement(() => seen.push(reader.integer()));
    });
    assert.deepEqual(seen, ['a', 1, 'b', 2, 3]);
    assert.ok(reader.atEnd());
  }
});

test('reads moments', () => {
  assert.equal(reading('c11a514b67b0').epochSeconds(), 1_363_896_240);
  assert.equal(reading('c1fb41d452d9ec200000').epochSeconds(), 1_363_896_240.5);
});

test('passes over whatever the official client can write', () => {
  const values = fc.anything({ withDate: true, withTypedArray: false, withBigInt: false, withNullPrototype: false });
  fc.assert(
    fc.property(
      fc.jsonValue(),
      values.filter((value) => isWritable(value)),
      (json, any) => {
        for (const value of [json, any]) {
          const reader = new CborReader(Buffer.from(cbor.serialize(value)));
          reader.skip();
          assert.ok(reader.atEnd());
        }
      },
    ),
  );
});

const isWritable = (value: unknown): boolean => {
  try {
    cbor.serialize(value);
    return true;
  } catch {
    return false;
  }
};

const refusals: readonly [what: string, hex: string][] = [
  ['nothing', ''],
  ['a number that is cut off', '1a0001'],
  ['a reserved length', '1c'],
  ['a number without an end', '1f'],
  ['a string that is cut off', '6449'],
  ['a string of an immense length', '7bffffffffffffffff'],
  ['bytes of an immense length', '5b7fffffffffffffff'],
  ['a string that is not UTF-8', '61ff'],
  ['an indefinite string without an end', '7f6161'],
  ['an indefinite string of bytes', '7f4161ff'],
  ['an indefinite string in an indefinite string', '7f7f6161ffff'],
  ['an array of an immense length', '9b0fffffffffffffff'],
  ['an array with more elements than bytes', '820000'.slice(0, 4)],
  ['an indefinite array without an end', '9f00'],
  ['a map of an immense length', 'bb0fffffffffffffff'],
  ['a map without its last value', 'a16161'],
  ['a map with a number for a key', 'a10001'],
  ['an indefinite map with a key alone', 'bf6161ff'],
  ['a tag without a value', 'c1'],
  ['a tag without an end', 'df00'],
  ['a break by itself', 'ff'],
  ['a simple value that is none of JSON', 'e0'],
  ['a reserved simple value', 'fc'],
  ['arrays nested too deep', `${'81'.repeat(maxDepth + 1)}00`],
  ['indefinite arrays nested without an end', '9f'.repeat(1_000_000)],
  ['tags nested too deep', `${'c1'.repeat(maxDepth + 1)}00`],
];

for (const [what, hex] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => reading(hex).skip(),
      (error) => error instanceof Fault && error.code === 'Serialization',
    );
  });
}

test('refuses any other bytes or takes them, and never fails otherwise', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        new CborReader(Buffer.from(bytes)).skip();
      } catch (error) {
        assert.ok(error instanceof Fault);
      }
    }),
    { numRuns: 2000 },
  );
});
