import type { ListShape, MapShape, Shape, StructureShape } from '../../model/shape.ts';
import type { CborWriter } from './cbor-writer.ts';

/** Writes one value of a shape. */
export type CborEncoder = (writer: CborWriter, value: unknown) => void;

/** The encoder of a shape: members that are undefined, null or not in the model are left out. Compiled on first use. */
export const cborEncoderOf = (shape: Shape): CborEncoder => {
  const known = encoders.get(shape);
  if (known !== undefined) return known;
  let encoder: CborEncoder | undefined;
  // INVARIANT: the forwarding closure is only called when encoding, after `encoder` was set.
  encoders.set(shape, (writer, value) => encoder!(writer, value));
  encoder = compile(shape);
  encoders.set(shape, encoder);
  return encoder;
};

/** Writes a structure with further text entries before its members. */
export const writeCborStructure = (
  writer: CborWriter,
  shape: StructureShape | undefined,
  value: Readonly<Record<string, unknown>>,
  texts: readonly (readonly [key: string, text: string])[],
): void => {
  const members = (shape?.members ?? []).filter(({ name }) => isPresent(value[name]));
  writer.map(texts.length + members.length);
  for (const [key, text] of texts) {
    writer.text(key);
    writer.text(text);
  }
  for (const { name, shape: target } of members) {
    writer.text(name);
    cborEncoderOf(target)(writer, value[name]);
  }
};

const encoders = new WeakMap<Shape, CborEncoder>();

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

const compile = (shape: Shape): CborEncoder => {
  switch (shape.type) {
    case 'structure':
      return structure(shape);
    case 'list':
      return list(shape);
    case 'map':
      return map(shape);
    case 'string':
      return (writer, value) => writer.text(value as string);
    case 'blob':
      return (writer, value) => writer.bytes(value as Uint8Array);
    case 'boolean':
      return (writer, value) => writer.boolean(value as boolean);
    case 'timestamp':
      return (writer, value) => writer.timestamp(value as Date);
    case 'integer':
    case 'long':
      return (writer, value) => writer.integer(value as number | bigint);
    default:
      return (writer, value) => writer.double(value as number);
  }
};

const structure = (shape: StructureShape): CborEncoder => {
  const members = shape.members.map(({ name, shape: target }) => ({ name, encode: cborEncoderOf(target) }));
  return (writer, value) => {
    const record = value as Readonly<Record<string, unknown>>;
    let count = 0;
    for (const { name } of members) if (isPresent(record[name])) count += 1;
    writer.map(count);
    for (const { name, encode } of members) {
      const member = record[name];
      if (!isPresent(member)) continue;
      writer.text(name);
      encode(writer, member);
    }
  };
};

const list = (shape: ListShape): CborEncoder => {
  const encode = cborEncoderOf(shape.member.shape);
  return (writer, value) => {
    const values = value as readonly unknown[];
    writer.array(values.length);
    for (const element of values) encode(writer, element);
  };
};

const map = (shape: MapShape): CborEncoder => {
  const encode = cborEncoderOf(shape.value.shape);
  return (writer, value) => {
    const entries = Object.entries(value as object).filter(([, entry]) => isPresent(entry));
    writer.map(entries.length);
    for (const [key, entry] of entries) {
      writer.text(key);
      encode(writer, entry);
    }
  };
};
