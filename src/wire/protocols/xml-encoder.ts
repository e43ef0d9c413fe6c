import type { ListShape, MapShape, Member, Ref, StructureShape } from '../../model/shape.ts';
import { formatEpochSeconds, formatIso8601, timestampFormatOf } from './scalars.ts';
import { escapeXml } from './xml-text.ts';

/**
 * Writes the elements of one value, each on a line of its own.
 *
 * @param indent white space before each line
 */
export type XmlEncoder = (value: unknown, indent: string) => string;

/**
 * Compiles the encoder of a structure's members; who calls writes the element around them.
 *
 * @param encoders what was compiled already, by shape name; recursive shapes find themselves in it
 */
export const compileXmlMembers = (shape: StructureShape, encoders: Map<string, XmlEncoder>): XmlEncoder => {
  const known = encoders.get(shape.name);
  if (known !== undefined) return known;
  // INVARIANT: `members` is only read when encoding, after it was filled; so recursive shapes find themselves.
  let members: readonly { name: string; encode: XmlEncoder }[] = [];
  const encoder: XmlEncoder = (value, indent) => {
    const record = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const { name, encode } of members) {
      const member = record[name];
      if (member !== undefined && member !== null) text += encode(member, indent);
    }
    return text;
  };
  encoders.set(shape.name, encoder);
  members = shape.members.map((member) => ({ name: member.name, encode: memberEncoder(member, encoders) }));
  return encoder;
};

/** An element with content on lines of its own; an empty element where there is none. */
export const wrapXml = (name: string, content: string, indent: string, attributes = ''): string =>
  content === ''
    ? `${indent}<${name}${attributes}/>\n`
    : `${indent}<${name}${attributes}>\n${content}${indent}</${name}>\n`;

const memberEncoder = (member: Member, encoders: Map<string, XmlEncoder>): XmlEncoder => {
  const { shape } = member;
  const name = member.locationName ?? member.name;
  if (shape.type === 'list' && (shape.flattened || member.flattened)) {
    return elements(shape, shape.member.locationName ?? name, encoders);
  }
  if (shape.type === 'map' && (shape.flattened || member.flattened)) return entries(shape, name, encoders);
  return element(member, name, encoders);
};

const element = (ref: Ref, name: string, encoders: Map<string, XmlEncoder>): XmlEncoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
      return wrapped(name, compileXmlMembers(shape, encoders));
    case 'list':
      return wrapped(name, elements(shape, shape.member.locationName ?? 'member', encoders));
    case 'map':
      return wrapped(name, entries(shape, 'entry', encoders));
    default: {
      const format = scalar(ref);
      return (value, indent) => `${indent}<${name}>${format(value)}</${name}>\n`;
    }
  }
};

const wrapped =
  (name: string, content: XmlEncoder): XmlEncoder =>
  (value, indent) =>
    wrapXml(name, content(value, `${indent}  `), indent);

const elements = (shape: ListShape, name: string, encoders: Map<string, XmlEncoder>): XmlEncoder => {
  const encode = deferred(() => element(shape.member, name, encoders));
  return (value, indent) => {
    let text = '';
    for (const each of value as readonly unknown[]) text += encode(each, indent);
    return text;
  };
};

const entries = (shape: MapShape, name: string, encoders: Map<string, XmlEncoder>): XmlEncoder => {
  const key = deferred(() => element(shape.key, shape.key.locationName ?? 'key', encoders));
  const encode = deferred(() => element(shape.value, shape.value.locationName ?? 'value', encoders));
  return (value, indent) => {
    let text = '';
    for (const [each, entry] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      text += wrapXml(name, key(each, `${indent}  `) + encode(entry, `${indent}  `), indent);
    }
    return text;
  };
};

/** Lists and maps have no name of their own to be found by, so what is below them is compiled on first use. */
const deferred = (compileLater: () => XmlEncoder): XmlEncoder => {
  let encoder: XmlEncoder | undefined;
  return (value, indent) => {
    encoder ??= compileLater();
    return encoder(value, indent);
  };
};

const scalar = (ref: Ref): ((value: unknown) => string) => {
  switch (ref.shape.type) {
    case 'string':
      return (value) => escapeXml(value as string);
    case 'blob':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      return timestampFormatOf(ref, 'iso8601') === 'unixTimestamp'
        ? (value) => formatEpochSeconds(value as Date)
        : (value) => formatIso8601(value as Date);
    default:
      return String;
  }
};
