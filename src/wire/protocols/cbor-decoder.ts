import type { ListShape, MapShape, NumberShape, Shape, StructureShape } from '../../model/shape.ts';
import { type CborReader, malformed } from './cbor-reader.ts';

/** Reads one value of a shape. */
export type CborDecoder = (reader: CborReader) => unknown;

/** The decoder of a shape. Compiled on first use. */
export const cborDecoderOf = (shape: Shape): CborDecoder => {
  const known = decoders.get(shape);
  if (known !== undefined) return known;
  let decoder: CborDecoder | undefined;
  // INVARIANT: the forwarding closure is only called when decoding, after `decoder` was set.
  decoders.set(shape, (reader) => decoder!(reader));
  decoder = compile(shape);
  decoders.set(shape, decoder);
  return decoder;
};

const decoders = new WeakMap<Shape, CborDecoder>();

const compile = (shape: Shape): CborDecoder => {
  switch (shape.type) {
    case 'structure':
      return structure(shape);
    case 'list':
      return list(shape);
    case 'map':
      return map(shape);
    case 'string':
      return (reader) => reader.text();
    case 'blob':
      return (reader) => reader.bytes();
    case 'boolean':
      return (reader) => reader.boolean();
    case 'timestamp':
      return timestamp;
    default:
      return number(shape);
  }
};

const timestamp: CborDecoder = (reader) => {
  const date = new Date(Math.round(reader.epochSeconds() * 1000));
  if (Number.isNaN(date.getTime())) throw malformed('Invalid timestamp');
  return date;
};

const number = ({ type }: NumberShape): CborDecoder => {
  switch (type) {
    case 'integer':
      return (reader) => {
        const value = reader.integer();
        if (typeof value === 'bigint' || (value | 0) !== value) throw malformed('A number is no Integer');
        return value;
      };
    case 'long':
      return (reader) => {
        const value = reader.integer();
        if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) throw malformed('A number is no Long');
        return value;
      };
    default:
      return (reader) => reader.number();
  }
};

/** Null members are absent, as in JSON. */
const structure = (shape: StructureShape): CborDecoder => {
  const members = new Map(
    shape.members.map(({ name, shape: target }) => [name, { name, decode: cborDecoderOf(target) }]),
  );
  return (reader) => {
    const value: Record<string, unknown> = {};
    reader.eachEntry((key) => {
      const member = members.get(key);
      if (member === undefined) reader.skip();
      else if (Object.hasOwn(value, key)) throw malformed(`Duplicate member '${key}'`);
      else if (!reader.skipNull()) value[member.name] = member.decode(reader);
    });
    return value;
  };
};

/** Null elements are dropped, as in JSON. */
const list = (shape: ListShape): CborDecoder => {
  const decode = cborDecoderOf(shape.member.shape);
  return (reader) => {
    const values: unknown[] = [];
    reader.eachElement(() => {
      if (!reader.skipNull()) values.push(decode(reader));
    });
    return values;
  };
};

const map = (shape: MapShape): CborDecoder => {
  const decode = cborDecoderOf(shape.value.shape);
  return (reader) => {
    const values: Record<string, unknown> = Object.create(null);
    reader.eachEntry((key) => {
      if (key in values) throw malformed(`Duplicate key '${key.slice(0, 128)}'`);
      if (!reader.skipNull()) values[key] = decode(reader);
    });
    return values;
  };
};
