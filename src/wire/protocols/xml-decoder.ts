import { fault } from '../../kernel/fault.ts';
import type { ListShape, MapShape, Member, Ref, StructureShape } from '../../model/shape.ts';
import {
  DECIMAL_NUMBER,
  findBase64,
  findEpochSeconds,
  findHttpDate,
  findIso8601,
  findTextNumber,
  timestampFormatOf,
} from './scalars.ts';
import type { XmlReader } from './xml-reader.ts';

/** Reads one value of a shape from the element that the reader just entered, and leaves the element. */
export type XmlDecoder = (reader: XmlReader) => unknown;

/** The decoder of a structure; members outside of the body are no part of it. Compiled on first use. */
export const xmlStructureOf = (shape: StructureShape): XmlDecoder => {
  const known = structures.get(shape);
  if (known !== undefined) return known;
  // INVARIANT: both are only read when decoding, after they were filled; so recursive shapes find themselves.
  let children: ReadonlyMap<string, MemberDecoder> = new Map();
  let attributes: readonly { name: string; label: string; decode: ScalarDecoder }[] = [];
  const decoder: XmlDecoder = (reader) => {
    const value: Record<string, unknown> = {};
    for (const { name, label, decode } of attributes) {
      const text = reader.attribute(label);
      if (text !== undefined) value[name] = decode(text);
    }
    for (let element = reader.child(); element !== undefined; element = reader.child()) {
      const member = children.get(element);
      if (member === undefined) reader.skip();
      else member(reader, value);
    }
    return value;
  };
  structures.set(shape, decoder);
  const inBody = shape.members.filter(({ location }) => location === undefined);
  children = new Map(inBody.filter(({ xmlAttribute }) => !xmlAttribute).map(memberDecoder));
  attributes = inBody
    .filter(({ xmlAttribute }) => xmlAttribute)
    .map((member) => {
      const wireName = member.locationName ?? member.name;
      return {
        name: member.name,
        label: wireName.slice(wireName.indexOf(':') + 1),
        decode: scalar(member, member.name),
      };
    });
  return decoder;
};

type MemberDecoder = (reader: XmlReader, value: Record<string, unknown>) => void;
type ScalarDecoder = (text: string) => unknown;

const structures = new WeakMap<StructureShape, XmlDecoder>();

/** Elements of flattened lists and maps may come repeatedly; any other element only once. */
const memberDecoder = (member: Member): readonly [element: string, MemberDecoder] => {
  const { name, shape } = member;
  const ownName = member.locationName ?? name;
  if (shape.type === 'list' && (shape.flattened || member.flattened)) {
    const decode = deferred(() => compile(shape.member, name));
    const element = shape.member.locationName ?? ownName;
    return [
      element,
      (reader, value) => {
        value[name] ??= [];
        (value[name] as unknown[]).push(decode(reader));
      },
    ];
  }
  if (shape.type === 'map' && (shape.flattened || member.flattened)) {
    const readEntry = entry(shape, name);
    return [
      ownName,
      (reader, value) => {
        value[name] ??= Object.create(null);
        readEntry(reader, value[name] as Record<string, unknown>);
      },
    ];
  }
  const decode = compile(member, name);
  return [
    ownName,
    (reader, value) => {
      if (Object.hasOwn(value, name)) throw fault('Serialization', `Duplicate element '${ownName}'`);
      value[name] = decode(reader);
    },
  ];
};

const compile = (ref: Ref, name: string): XmlDecoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
      return xmlStructureOf(shape);
    case 'list':
      return list(shape, name);
    case 'map':
      return map(shape, name);
    default: {
      const decode = scalar(ref, name);
      return (reader) => decode(reader.text());
    }
  }
};

const list = (shape: ListShape, name: string): XmlDecoder => {
  const decode = deferred(() => compile(shape.member, name));
  const wanted = shape.member.locationName ?? 'member';
  return (reader) => {
    const values: unknown[] = [];
    for (let element = reader.child(); element !== undefined; element = reader.child()) {
      if (element === wanted) values.push(decode(reader));
      else reader.skip();
    }
    return values;
  };
};

const map = (shape: MapShape, name: string): XmlDecoder => {
  const readEntry = entry(shape, name);
  return (reader) => {
    const values: Record<string, unknown> = Object.create(null);
    for (let element = reader.child(); element !== undefined; element = reader.child()) {
      if (element === 'entry') readEntry(reader, values);
      else reader.skip();
    }
    return values;
  };
};

const entry = (shape: MapShape, name: string): MemberDecoder => {
  const decode = deferred(() => compile(shape.value, name));
  const keyName = shape.key.locationName ?? 'key';
  const valueName = shape.value.locationName ?? 'value';
  return (reader, values) => {
    let key: string | undefined;
    let value: unknown;
    for (let element = reader.child(); element !== undefined; element = reader.child()) {
      if (element === keyName && key === undefined) key = reader.text();
      else if (element === valueName && value === undefined) value = decode(reader);
      else reader.skip();
    }
    if (key === undefined || value === undefined || key in values) throw malformed(name);
    values[key] = value;
  };
};

/** Lists and maps have no name of their own to be found by, so what is below them is compiled on first use. */
const deferred = (compileLater: () => XmlDecoder): XmlDecoder => {
  let decoder: XmlDecoder | undefined;
  return (reader) => {
    decoder ??= compileLater();
    return decoder(reader);
  };
};

const scalar = (ref: Ref, name: string): ScalarDecoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'string':
      return (text) => text;
    case 'blob':
      return (text) => findBase64(text) ?? refuse(name);
    case 'boolean':
      return (text) => {
        const word = text.trim();
        if (word !== 'true' && word !== 'false') throw malformed(name);
        return word === 'true';
      };
    case 'timestamp': {
      const find = timestampReaders[timestampFormatOf(ref, 'iso8601')];
      return (text) => find(text.trim()) ?? refuse(name);
    }
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      const { type } = shape;
      return (text) => findTextNumber(text.trim(), type) ?? refuse(name);
    }
    default:
      throw new Error(`A ${shape.type} is no scalar: ${shape.name}`);
  }
};

const timestampReaders = {
  iso8601: findIso8601,
  rfc822: findHttpDate,
  unixTimestamp: (text: string) => (DECIMAL_NUMBER.test(text) ? findEpochSeconds(text) : undefined),
};

const refuse = (name: string): never => {
  throw malformed(name);
};

const malformed = (name: string): Error => fault('Serialization', `Invalid value for the element ${name}`);
