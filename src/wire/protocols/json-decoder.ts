import { fault } from '../../kernel/fault.ts';
import type { ListShape, MapShape, NumberShape, Ref, StructureShape } from '../../model/shape.ts';
import { duplicate, type JsonReader } from './json-reader.ts';
import { findBase64, findEpochSeconds, findIso8601, findNonFinite, findNumber } from './scalars.ts';

/** Reads one value of a shape. */
export type JsonDecoder = (reader: JsonReader) => unknown;

/**
 * Compiles a shape's decoder.
 *
 * @param decoders what was compiled already, by shape name; recursive shapes find themselves in it
 */
export const compileJsonDecoder = (ref: Ref, decoders: Map<string, JsonDecoder>): JsonDecoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
    case 'list':
    case 'map': {
      const known = decoders.get(shape.name);
      if (known !== undefined) return known;
      let decoder: JsonDecoder | undefined;
      // INVARIANT: the forwarding closure is only called when decoding, after `decoder` was set.
      decoders.set(shape.name, (reader) => decoder!(reader));
      decoder =
        shape.type === 'structure'
          ? structure(shape, decoders)
          : shape.type === 'list'
            ? list(shape, decoders)
            : map(shape, decoders);
      decoders.set(shape.name, decoder);
      return decoder;
    }
    case 'string':
      return (reader) => reader.string();
    case 'blob':
      return (reader) => findBase64(reader.string('a Blob')) ?? refuse('Invalid base64');
    case 'boolean':
      return (reader) => reader.boolean();
    case 'timestamp':
      return timestamp;
    case 'integer':
    case 'long':
      return number(shape.type);
    case 'float':
    case 'double':
      return float(shape.type);
  }
};

/** Epoch seconds, or ISO-8601 in a string. */
const timestamp: JsonDecoder = (reader) =>
  (reader.atNumber() ? findEpochSeconds(reader.number('a Timestamp')) : findIso8601(reader.string('a Timestamp'))) ??
  refuse('Invalid timestamp');

const number = (type: NumberShape['type']): JsonDecoder => {
  const expected = numberNames[type];
  return (reader) =>
    findNumber(reader.number(expected), type) ?? refuse(`NUMBER_VALUE can not be converted to ${expected}`);
};

/** A number, or in a string what no JSON number is. */
const float = (type: 'float' | 'double'): JsonDecoder => {
  const expected = numberNames[type];
  const finite = number(type);
  return (reader) => {
    if (reader.atNumber()) return finite(reader);
    return findNonFinite(reader.string(expected), type) ?? refuse(`STRING_VALUE can not be converted to ${expected}`);
  };
};

const refuse = (message: string): never => {
  throw fault('Serialization', message);
};

/** How messages call the number types. */
const numberNames: Readonly<Record<NumberShape['type'], string>> = {
  integer: 'an Integer',
  long: 'a Long',
  float: 'a Float',
  double: 'a Double',
};

const structure = (shape: StructureShape, decoders: Map<string, JsonDecoder>): JsonDecoder => {
  if (shape.document) return (reader) => reader.value();
  const inBody = shape.members.filter(({ location }) => location === undefined);
  const members = new Map(
    inBody.map((member, index) => [
      member.locationName ?? member.name,
      { name: member.name, index, decode: compileJsonDecoder(member, decoders) },
    ]),
  );
  return (reader) => {
    const value: Record<string, unknown> = {};
    // Members already met: a bit each for the first 31, the rest by index in a set.
    let met = 0;
    let metBeyond: Set<number> | undefined;
    reader.openObject();
    for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
      const member = members.get(key);
      if (member === undefined) {
        reader.skip();
        continue;
      }
      const { index } = member;
      if (index < 31) {
        if (met & (1 << index)) throw duplicate(key);
        met |= 1 << index;
      } else {
        metBeyond ??= new Set();
        if (metBeyond.has(index)) throw duplicate(key);
        metBeyond.add(index);
      }
      if (!reader.skipNull()) value[member.name] = member.decode(reader);
    }
    return value;
  };
};

/** Null elements are dropped, as AWS does. */
const list = (shape: ListShape, decoders: Map<string, JsonDecoder>): JsonDecoder => {
  const decode = compileJsonDecoder(shape.member, decoders);
  return (reader) => {
    const values: unknown[] = [];
    reader.openArray();
    for (let more = reader.firstElement(); more; more = reader.nextElement()) {
      if (!reader.skipNull()) values.push(decode(reader));
    }
    return values;
  };
};

const map = (shape: MapShape, decoders: Map<string, JsonDecoder>): JsonDecoder => {
  const decode = compileJsonDecoder(shape.value, decoders);
  return (reader) => {
    const values: Record<string, unknown> = Object.create(null);
    reader.openObject();
    for (let key = reader.firstKey(); key !== undefined; key = reader.nextKey()) {
      if (key in values) throw duplicate(key);
      if (!reader.skipNull()) values[key] = decode(reader);
    }
    return values;
  };
};
