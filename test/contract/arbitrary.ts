import fc from 'fast-check';
import type { Member, Ref, StructureShape } from '../../src/model/shape.ts';

/** What a protocol can carry in one direction: anything else is not made. */
export interface Carries {
  /** Characters that strings may have. */
  readonly strings: fc.Arbitrary<string>;
  /** Characters that strings in XML attributes may have, where they are others. */
  readonly attributes?: fc.Arbitrary<string>;
  /** Empty maps and structures, which Query requests leave out. */
  readonly emptyObjects: boolean;
  /** Empty lists, which EC2 requests leave out, and flattened ones in XML. */
  readonly emptyLists: boolean;
  /** Values of a member outside of the body; undefined where it is in the body. */
  readonly outsideBody?: (member: Member) => fc.Arbitrary<unknown> | undefined;
  /** Timestamps without milliseconds: HTTP dates. */
  readonly wholeSeconds?: (ref: Ref) => boolean;
  /** Members that are never made. */
  readonly leaveOut?: (member: Member, shape: StructureShape) => boolean;
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

const nothing = (): boolean => false;

/** Structures nested deeper have scalars only: models are recursive, values are not. */
const maxDepth = 4;

/**
 * Random values of a structure, of the types the SDK uses, regardless of constraints: those are not the wire's affair.
 *
 * @param skip members to leave out
 */
export const structureOf = (
  shape: StructureShape,
  carries: Carries,
  skip: (member: Member) => boolean = nothing,
): fc.Arbitrary<Record<string, unknown>> =>
  structure(shape, carries, 0, skip, new Map()) ?? fc.constant<Record<string, unknown>>({});

type Known = Map<string, fc.Arbitrary<Record<string, unknown>> | undefined>;

/** @returns undefined where the protocol cannot carry any value of the shape so deep */
const structure = (
  shape: StructureShape,
  carries: Carries,
  depth: number,
  skip: (member: Member) => boolean,
  known: Known,
): fc.Arbitrary<Record<string, unknown>> | undefined => {
  if (shape.document) return fc.constant({ a: [1, 'b', { c: true }] }) as fc.Arbitrary<Record<string, unknown>>;
  const key = `${shape.name} ${depth}`;
  if (depth > 0 && known.has(key)) return known.get(key);
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const member of shape.members) {
    if (skip(member) || carries.leaveOut?.(member, shape)) continue;
    const outside = depth === 0 ? carries.outsideBody?.(member) : undefined;
    const values = outside ?? valuesOf(member, carriesIn(member, carries), depth + 1, known);
    if (values === undefined) continue;
    const isText = member.name === shape.payload && member.shape.type === 'string';
    members[member.name] = isText ? values.map((text) => text || 'text') : values;
    if (isAlwaysThere(member, shape)) required.push(member.name);
  }
  const arbitrary = ofMembers(shape, members, required, depth === 0 || carries.emptyObjects);
  if (depth > 0) known.set(key, arbitrary);
  return arbitrary;
};

const carriesIn = ({ xmlAttribute }: Member, carries: Carries): Carries =>
  xmlAttribute && carries.attributes ? { ...carries, strings: carries.attributes } : carries;

const ofMembers = (
  shape: StructureShape,
  members: Record<string, fc.Arbitrary<unknown>>,
  requiredKeys: string[],
  mayBeEmpty: boolean,
): fc.Arbitrary<Record<string, unknown>> | undefined => {
  const names = Object.keys(members);
  if (shape.union) {
    if (names.length === 0) return undefined;
    return fc.oneof(...names.map((name) => members[name]!.map((value) => ({ [name]: value }))));
  }
  if (names.length === 0) return mayBeEmpty ? fc.constant<Record<string, unknown>>({}) : undefined;
  const records = fc.record(members, { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<Record<string, unknown>>;
  if (mayBeEmpty) return records;
  const first = names[0]!;
  return fc
    .tuple(records, members[first]!)
    .map(([record, value]) => (Object.keys(record).length > 0 ? record : { [first]: value }));
};

const valuesOf = (ref: Ref, carries: Carries, depth: number, known: Known): fc.Arbitrary<unknown> | undefined => {
  const { shape } = ref;
  if (shape.type === 'structure' && shape.eventstream) {
    const events = fc.oneof(...eventsOf(shape, carries, depth, known));
    return fc.array(events, { maxLength: 3 });
  }
  switch (shape.type) {
    case 'structure':
      return depth > maxDepth ? undefined : structure(shape, carries, depth, nothing, known);
    case 'list': {
      if (shape.member.shape.type === 'structure' && depth > maxDepth) return undefined;
      const values = valuesOf(shape.member, carries, depth + 1, known);
      const maxLength = depth > 2 ? 1 : 2;
      return values && fc.array(values, { minLength: carries.emptyLists ? 0 : 1, maxLength });
    }
    case 'map': {
      const values = valuesOf(shape.value, carries, depth + 1, known);
      const size = { minKeys: carries.emptyObjects ? 0 : 1, maxKeys: 2, noNullPrototype: false };
      return values && fc.dictionary(keysOf(carries), values, size);
    }
    case 'string':
      return shape.enum === undefined ? carries.strings : fc.oneof(fc.constantFrom(...shape.enum), carries.strings);
    case 'timestamp': {
      const dates = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
      return carries.wholeSeconds?.(ref) ? dates.map(toWholeSecond) : dates;
    }
    default:
      return scalarsOf(shape.type);
  }
};

/** Streams end with an error; one in the middle is not made. */
const eventsOf = (stream: StructureShape, carries: Carries, depth: number, known: Known): fc.Arbitrary<unknown>[] =>
  stream.members.flatMap(({ name, shape }) => {
    if (shape.type !== 'structure' || shape.error !== undefined) return [];
    const values = structure(shape, carries, depth, nothing, known);
    return values === undefined ? [] : [values.map((value) => ({ [name]: value }))];
  });

/** Members without which a client sends nothing, or another operation, or that it makes up by itself. */
const isAlwaysThere = (member: Member, { payload }: StructureShape): boolean => {
  const { name, location, required, idempotencyToken, xmlAttribute, eventpayload, shape } = member;
  const isStream = (shape.type === 'structure' && shape.eventstream) || (shape.type === 'blob' && shape.streaming);
  const isBound = location === 'uri' || location === 'statusCode' || (location !== undefined && required);
  return (
    isBound ||
    isStream ||
    (required && shape.type === 'list') ||
    name === payload ||
    idempotencyToken ||
    xmlAttribute ||
    eventpayload
  );
};

/** Several clients lose this one key of maps; that ours does not is tested beside our decoders. */
const keysOf = ({ strings }: Carries): fc.Arbitrary<string> =>
  strings.map((text) => text.replace('__proto__', 'proto'));

/** Random bytes, booleans and numbers. */
export const scalarsOf = (
  type: 'blob' | 'boolean' | 'integer' | 'long' | 'float' | 'double',
): fc.Arbitrary<unknown> => {
  switch (type) {
    case 'blob':
      return fc.uint8Array({ maxLength: 40 });
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'long':
      return fc.maxSafeInteger();
    case 'float':
      return orNonFinite(fc.float({ noNaN: true, noDefaultInfinity: true }));
    case 'double':
      return orNonFinite(fc.double({ noNaN: true, noDefaultInfinity: true }));
  }
};

const orNonFinite = (finite: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: finite },
    {
      weight: 1,
      arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    },
  );

/** The date without its milliseconds. */
export const toWholeSecond = (date: Date): Date => new Date(date.getTime() - (date.getTime() % 1000));

/** The same value for equal contents: Buffers as hex, dates as text, no prototypes, nothing undefined or null, the SDK's lazy JSON as its text. */
export const canonical = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  if (value instanceof Date) return `date ${value.toISOString()}`;
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Object && 'deserializeJSON' in value) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
};
