import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault, fault } from '../../kernel/fault.ts';
import { JsonReader } from './json-reader.ts';

const read = (text: string): unknown => {
  const reader = new JsonReader(Buffer.from(text));
  const value = reader.value();
  if (!reader.atEnd()) throw fault('Serialization');
  return value;
};

/** The value with prototypes, as JSON.parse gives it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('reads every JSON text to the value that JSON.parse gives', () => {
  const values = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      assert.deepEqual(plain(read(text)), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('takes no text that JSON.parse refuses, and fails with nothing but a fault', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    '\\u',
    'd800',
    'a',
    '0',
    '1',
    '-',
    '.',
    'e',
    '+',
    'null',
    'true',
    ' ',
    '\n',
    '\0',
  ];
  const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((chosen) => chosen.join(''));
  fc.assert(
    fc.property(fc.oneof(texts, fc.json(), fc.string({ unit: 'binary' })), (text) => {
      let value: unknown;
      try {
        value = read(text);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
        return;
      }
      assert.deepEqual(plain(value), plain(JSON.parse(text)));
    }),
    { numRuns: 5000 },
  );
});
