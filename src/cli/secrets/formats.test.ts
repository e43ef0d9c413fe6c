import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDotenv, parseDotenv } from './dotenv.ts';
import { formatOf } from './formats.ts';

const entries = (record: Readonly<Record<string, unknown>>) => new Map(Object.entries(record));

describe('dotenv', () => {
  const rows: readonly (readonly [what: string, text: string, expected: Readonly<Record<string, string>>])[] = [
    ['plain values, with what stands around them', ' A = b \n\tC=d e\n', { A: 'b', C: 'd e' }],
    ['"export" before a name', 'export A=1\nexported=2', { A: '1', exported: '2' }],
    [
      'remarks on lines of their own and after values',
      '# x\nA=b # c\nC=d#e\nD= # f\nG=#h\n',
      { A: 'b', C: 'd#e', D: '', G: '' },
    ],
    ['empty values', 'A=\nB=""\nC=\'\'', { A: '', B: '', C: '' }],
    ['what stands in single quotes, as it is', 'A=\'a \\n $b "c" # d\' # e', { A: 'a \\n $b "c" # d' }],
    ['escapes in double quotes', 'A="a\\nb\\t\\"c\\" \\\\ \\$d \\`"', { A: 'a\nb\t"c" \\ $d `' }],
    ['values over several lines', 'A=\'x\ny\'\nB="x\ny"\nC=z', { A: 'x\ny', B: 'x\ny', C: 'z' }],
    ['quotes within a value', 'A=it\'s\nB=a"b', { A: "it's", B: 'a"b' }],
    ['names with dots, hyphens and slashes', 'a.b-c/d=1', { 'a.b-c/d': '1' }],
    ['lines that end as Windows ends them', 'A=1\r\nB="x\r\ny"\r\n', { A: '1', B: 'x\ny' }],
    ['equals signs in values', 'A=b=c==', { A: 'b=c==' }],
  ];
  for (const [what, text, expected] of rows)
    it(`reads ${what}`, () => assert.deepEqual(Object.fromEntries(parseDotenv(text)), expected));

  const wrong: readonly (readonly [what: string, text: string, message: string])[] = [
    ['a line without =', 'A=1\nsecret words', 'line 2: expected NAME=value'],
    ['a quote that is not closed', 'A=1\n\nB="secret', 'line 3: a quote is not closed'],
    ['something after a quoted value', "A='x' secret", 'line 1: something stands after the value'],
    ['a name that is there twice', 'A=1\nA=2\n', 'line 3: "A" is there twice'],
  ];
  for (const [what, text, message] of wrong)
    it(`says in which line there is ${what}, not what it is`, () =>
      assert.throws(() => parseDotenv(text), { message }));

  const texts = fc.dictionary(fc.stringMatching(/^[A-Za-z_]\w{0,8}$/), fc.string({ unit: 'binary' }), {
    noNullPrototype: true,
  });
  const noLineEnds = (value: string) => value.replace(/\r\n?/g, '\n').replaceAll('\0', '');

  it('reads what it has written, whatever the values are', () =>
    fc.assert(
      fc.property(texts, (record) =>
        assert.deepEqual(parseDotenv(formatDotenv(entries(record) as ReadonlyMap<string, string>)), entries(record)),
      ),
    ));

  it('is read by a shell in the same way', () => {
    const awkward = { A: "it's", B: '$HOME `id` "x" \\', C: 'a\nb', D: '', E: '# no remark', F: "two\nlines' \\n $x" };
    const written = formatDotenv(new Map(Object.entries(awkward)));
    // A line feed beside a single quote is the one thing that shells and libraries write differently.
    const shell = `set -a\n${written.replace(/^F=.*\n/m, '')}env -0`;
    const seen = execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0');
    for (const [name, value] of Object.entries(awkward))
      if (name !== 'F') assert.ok(seen.includes(`${name}=${noLineEnds(value)}`), name);
    assert.equal(parseDotenv(written).get('F'), awkward.F);
  });

  it('refuses names that could not be read again', () =>
    assert.throws(() => formatDotenv(new Map([['a b', '1']])), { message: /"a b" cannot be a name in dotenv/ }));
});

describe('the formats of files', () => {
  for (const name of ['dotenv', 'json', 'yaml'] as const) {
    it(`${name} gives back the texts that it was given`, () => {
      const given = entries({
        a: '0123',
        b: 'yes',
        c: 'x\n  y\n',
        d: '\'"#: {}',
        e: 'null',
        f: ' ',
        'g/h': '1e3',
        __proto: '~',
      });
      const format = formatOf(name, undefined);
      assert.deepEqual(format.parse(format.format(given)), given);
    });
  }

  it('yaml keeps plain scalars as they are written', () => {
    const read = formatOf('yaml', undefined).parse('a: 0123\nb: 1e3\nc: yes\nd: true\n5: x\nf: {g: 1}\n');
    assert.deepEqual(
      read,
      new Map<string, unknown>([
        ['a', '0123'],
        ['b', '1e3'],
        ['c', 'yes'],
        ['d', 'true'],
        ['5', 'x'],
        ['f', { g: 1 }],
      ]),
    );
  });

  it('json keeps the types of values, and a member called __proto__', () => {
    const text = '{"a":1,"b":{"c":[true]},"__proto__":"x"}';
    const read = formatOf('json', undefined).parse(text);
    assert.deepEqual([...read.keys()], ['a', 'b', '__proto__']);
    assert.deepEqual([read.get('a'), read.get('b')], [1, { c: [true] }]);
  });

  const wrong: readonly (readonly ['json' | 'yaml', string, RegExp])[] = [
    ['json', '{"a": secret}', /^this is not JSON$/],
    ['json', '["secret"]', /^expected a JSON object$/],
    ['json', '{"a":null}', /^"a" is null: give it a value$/],
    ['yaml', 'a: 1\nb: "secret\n', /^line \d+: this is not YAML: [A-Z_]+$/],
    ['yaml', '- secret', /^expected "name: value" in every line$/],
    ['yaml', 'a:\nb: 1', /^"a" is empty: give it a value$/],
    ['yaml', 'a: 1\na: 2', /^line 2: this is not YAML: DUPLICATE_KEY$/],
  ];
  for (const [name, text, message] of wrong)
    it(`${name} says what is wrong with ${JSON.stringify(text.replace('secret', '…'))}, and no value`, () =>
      assert.throws(() => formatOf(name, undefined).parse(text), { message }));

  it('are known by the endings of files', () => {
    const names = ['a.json', 'a.yml', 'a.yaml', 'prod.env', '.env', '-', 'x'].map(
      (file) => formatOf(undefined, file).name,
    );
    assert.deepEqual(names, ['json', 'yaml', 'yaml', 'dotenv', 'dotenv', 'dotenv', 'dotenv']);
    assert.throws(() => formatOf('toml', 'a.env'), { message: /"toml" is none of dotenv, json, yaml/ });
  });
});
