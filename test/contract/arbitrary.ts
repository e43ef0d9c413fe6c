import fc from 'fast-check';
import type { Ref, StructureShape } from '../../src/model/shape.ts';

/** What a protocol cannot carry, and so is not made. */
export interface Carries {
  /** Empty maps and structures, which Query requests leave out. */
  readonly emptyObjects: boolean;
  /** Characters that strings may have. */
  readonly strings: fc.Arbitrary<string>;
}

/** Any text without lone surrogates. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', ' ', '__proto__', 'constructor', 'a.b', 'a+b&c=d%20', '"\\/', '\u2028', 'null'),
  },
);

/** Text that an XML 1.0 document can carry and that is more than white space. */
export const xmlText: fc.Arbitrary<string> = anyText
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML cannot carry
  .map((text) => text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, 'x'))
  .map((text) => (text !== '' && text.trim() === '' ? `x${text}` : text));

/**
 * Random values of a structure, of the types the SDK uses, regardless of constraints: those are not the wire's affair.
 *
 * @param skip members to leave out
 */
export const structureOf = (
  shape: StructureShape,
  carries: Carries,
  skip: (name: string) => boolean = () => false,
): fc.Arbitrary<Record<string, unknown>> => structure(shape, carries, 0, skip);

const structure = (
  shape: StructureShape,
  carries: Carries,
  depth: number,
  skip: (name: string) => boolean,
): fc.Arbitrary<Record<string, unknown>> => {
  const members = shape.members.filter(({ name }) => !skip(name));
  if (members.length === 0) return fc.constant({});
  const record = fc.record(
    Object.fromEntries(members.map((member) => [member.name, valuesOf(member, carries, depth + 1)])),
    { requiredKeys: members.filter(({ idempotencyToken }) => idempotencyToken).map(({ name }) => name) },
  );
  return depth === 0 || carries.emptyObjects ? record : record.filter((value) => Object.keys(value).length > 0);
};

const valuesOf = ({ shape }: Ref, carries: Carries, depth: number): fc.Arbitrary<unknown> => {
  switch (shape.type) {
    case 'structure':
      return structure(shape, carries, depth, () => false);
    case 'list':
      return fc.array(valuesOf(shape.member, carries, depth), { maxLength: depth > 3 ? 1 : 3 });
    case 'map':
      return fc.dictionary(carries.strings, valuesOf(shape.value, carries, depth), {
        minKeys: carries.emptyObjects ? 0 : 1,
        maxKeys: 3,
        noNullPrototype: false,
      });
    case 'string':
      return shape.enum === undefined ? carries.strings : fc.oneof(fc.constantFrom(...shape.enum), carries.strings);
    case 'blob':
      return fc.uint8Array({ maxLength: 40 });
    case 'boolean':
      return fc.boolean();
    case 'timestamp':
      return fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    case 'integer':
      return fc.integer();
    case 'long':
      return fc.maxSafeInteger();
    default:
      return fc.double({ noNaN: true, noDefaultInfinity: true });
  }
};

/** The same value for equal contents: Buffers as hex, dates as text, no prototypes, nothing undefined. */
export const canonical = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return `date ${value.toISOString()}`;
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
};
