import { fault } from '../../kernel/fault.ts';
import type { Ref, Shape, StructureShape } from '../../model/shape.ts';
import type { DocumentWriter } from './event-stream.ts';
import { compileJsonDecoder, type JsonDecoder } from './json-decoder.ts';
import { compileJsonEncoder, type JsonEncoder } from './json-encoder.ts';
import { JsonReader } from './json-reader.ts';

/**
 * Reads a body that is one JSON document; decoders are compiled on a shape's first use.
 *
 * @returns undefined where the body is empty
 * @throws {Fault} `Serialization`
 */
export const readJson = (shape: Shape, body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  const reader = new JsonReader(body);
  if (reader.atEnd()) return undefined;
  let decode = decoders.get(shape);
  if (decode === undefined) {
    decode = compileJsonDecoder(rootOf(shape), new Map());
    decoders.set(shape, decode);
  }
  const value = decode(reader);
  if (!reader.atEnd()) throw fault('Serialization', 'Unexpected token');
  return value;
};

/** Writes a value as a JSON document; encoders are compiled on a shape's first use. */
export const writeJson = (shape: Shape, value: unknown): string => {
  let encode = encoders.get(shape);
  if (encode === undefined) {
    encode = compileJsonEncoder(rootOf(shape), new Map());
    encoders.set(shape, encode);
  }
  return encode(value);
};

/** The members of a structure as they stand in a JSON object, without its braces. */
export const writeJsonMembers = (shape: StructureShape, value: unknown): string => writeJson(shape, value).slice(1, -1);

/** JSON in event streams. */
export const jsonEvents: DocumentWriter = { contentType: 'application/json', write: writeJson };

const decoders = new WeakMap<Shape, JsonDecoder>();
const encoders = new WeakMap<Shape, JsonEncoder>();

const rootOf = (shape: Shape): Ref => ({ shape, jsonvalue: false, sensitive: shape.sensitive });
