import type { ServiceModel } from '../../model/model.ts';
import type { ListShape, MapShape, Member, Ref, StructureShape, XmlNamespace } from '../../model/shape.ts';
import { formatEpochSeconds, formatHttpDate, formatIso8601, timestampFormatOf } from './scalars.ts';
import { escapeXml, escapeXmlAttribute } from './xml-text.ts';

/**
 * Writes the elements of one value.
 *
 * @param indent white space before each line, where the layout has lines
 */
export type XmlEncoder = (value: unknown, indent: string) => string;

/** How a protocol lays its documents out. */
export interface XmlLayout {
  readonly newline: '\n' | '';
  /** Indentation of each level. */
  readonly step: string;
  /** What was compiled already. */
  readonly encoders: WeakMap<StructureShape, XmlEncoder>;
}

/** Makes a layout with each element on a line of its own, or all on one line where `step` is empty. */
export const xmlLayout = (step: string): XmlLayout => ({
  newline: step === '' ? '' : '\n',
  step,
  encoders: new WeakMap(),
});

/**
 * The encoder of a structure's members that go into its content; who calls writes the element around them. Compiled on
 * first use.
 */
export const xmlMembersOf = (shape: StructureShape, layout: XmlLayout): XmlEncoder => {
  const known = layout.encoders.get(shape);
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
  layout.encoders.set(shape, encoder);
  members = shape.members
    .filter(({ location, xmlAttribute }) => location === undefined && !xmlAttribute)
    .map((member) => ({ name: member.name, encode: memberEncoder(member, layout) }));
  return encoder;
};

/** An element with content, on lines of its own where the layout has lines; an empty element where there is none. */
export const wrapXml = (
  { newline }: XmlLayout,
  name: string,
  content: string,
  indent: string,
  attributes = '',
): string =>
  content === ''
    ? `${indent}<${name}${attributes}/>${newline}`
    : `${indent}<${name}${attributes}>${newline}${content}${indent}</${name}>${newline}`;

/** A namespace declaration, with the space before it; empty where there is none. */
export const xmlns = (namespace: XmlNamespace | undefined): string =>
  namespace === undefined
    ? ''
    : ` xmlns${namespace.prefix === undefined ? '' : `:${namespace.prefix}`}="${escapeXmlAttribute(namespace.uri)}"`;

/**
 * The encoder of one value as an element, whatever its type.
 *
 * @param attributes of the element, beside those of the value's own shape
 */
export const xmlElement = (ref: Ref, name: string, layout: XmlLayout, attributes = ''): XmlEncoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
      return structureElement(ref, shape, name, layout, attributes);
    case 'list':
      return wrapped(name, elements(shape, shape.member.locationName ?? 'member', layout), layout, attributes);
    case 'map':
      return wrapped(name, entries(shape, 'entry', layout), layout, attributes);
    default: {
      const format = scalar(ref);
      const { newline } = layout;
      return (value, indent) => `${indent}<${name}${attributes}>${format(value)}</${name}>${newline}`;
    }
  }
};

const memberEncoder = (member: Member, layout: XmlLayout): XmlEncoder => {
  const { shape } = member;
  const name = member.locationName ?? member.name;
  if (shape.type === 'list' && (shape.flattened || member.flattened)) {
    return elements(shape, shape.member.locationName ?? name, layout);
  }
  if (shape.type === 'map' && (shape.flattened || member.flattened)) {
    return entries(shape, shape.locationName ?? name, layout);
  }
  return xmlElement(member, name, layout);
};

const structureElement = (
  ref: Ref,
  shape: StructureShape,
  name: string,
  layout: XmlLayout,
  attributes: string,
): XmlEncoder => {
  const content = xmlMembersOf(shape, layout);
  const fixed = attributes === '' ? xmlns(ref.xmlNamespace ?? shape.xmlNamespace) : attributes;
  const own = shape.members
    .filter(({ xmlAttribute }) => xmlAttribute)
    .map((member) => ({ member, format: attribute(member), label: member.locationName ?? member.name }));
  return (value, indent) => {
    let all = fixed;
    for (const { member, format, label } of own) {
      const given = (value as Readonly<Record<string, unknown>>)[member.name];
      if (given !== undefined && given !== null) all += ` ${label}="${format(given)}"`;
    }
    return wrapXml(layout, name, content(value, indent + layout.step), indent, all);
  };
};

const wrapped =
  (name: string, content: XmlEncoder, layout: XmlLayout, attributes: string): XmlEncoder =>
  (value, indent) =>
    wrapXml(layout, name, content(value, indent + layout.step), indent, attributes);

const elements = (shape: ListShape, name: string, layout: XmlLayout): XmlEncoder => {
  const encode = deferred(() => xmlElement(shape.member, name, layout));
  return (value, indent) => {
    let text = '';
    for (const each of value as readonly unknown[]) text += encode(each, indent);
    return text;
  };
};

const entries = (shape: MapShape, name: string, layout: XmlLayout): XmlEncoder => {
  const key = deferred(() => xmlElement(shape.key, shape.key.locationName ?? 'key', layout));
  const encode = deferred(() => xmlElement(shape.value, shape.value.locationName ?? 'value', layout));
  return (value, indent) => {
    const inner = indent + layout.step;
    let text = '';
    for (const [each, entry] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      text += wrapXml(layout, name, key(each, inner) + encode(entry, inner), indent);
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

const attribute = (ref: Ref): ((value: unknown) => string) =>
  ref.shape.type === 'string' ? (value) => escapeXmlAttribute(value as string) : scalar(ref);

const scalar = (ref: Ref): ((value: unknown) => string) => {
  switch (ref.shape.type) {
    case 'string':
      return (value) => escapeXml(value as string);
    case 'blob':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    case 'timestamp':
      return timestampFormats[timestampFormatOf(ref, 'iso8601')];
    default:
      return String;
  }
};

const timestampFormats = {
  iso8601: (value: unknown) => formatIso8601(value as Date),
  rfc822: (value: unknown) => formatHttpDate(value as Date),
  unixTimestamp: (value: unknown) => formatEpochSeconds(value as Date),
};

/** A document: the declaration and its root element. */
export const documentXml = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;

/**
 * The namespace of a REST-XML service's documents: what the model says of its requests, which it says of all alike;
 * undefined where it says nothing.
 */
export const namespaceOf = (service: ServiceModel): XmlNamespace | undefined => {
  if (!namespaces.has(service)) namespaces.set(service, findNamespace(service));
  return namespaces.get(service);
};

const namespaces = new WeakMap<ServiceModel, XmlNamespace | undefined>();

const findNamespace = (service: ServiceModel): XmlNamespace | undefined => {
  for (const name of service.operationNames) {
    const { http, input } = service.findOperation(name)!;
    const payload = input.members.find((member) => member.name === input.payload);
    const found = http.inputXmlNamespace ?? payload?.xmlNamespace;
    if (found !== undefined) return found;
  }
  return undefined;
};
