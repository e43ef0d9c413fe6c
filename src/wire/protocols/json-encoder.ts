import type { ListShape, MapShape, Ref, StructureShape } from '../../model/shape.ts';
import { formatEpochSeconds, formatIso8601, timestampFormatOf } from './scalars.ts';

/** Writes one value of a shape as JSON. */
export type JsonEncoder = (value: unknown) => string;

/**
 * Compiles a shape's encoder. Members that are undefined or null, that are bound to HTTP headers, or that the
 * model does not have, are left out.
 *
 * @param encoders what was compiled already, by shape name; recursive shapes find themselves in it
 */
export const compileJsonEncoder = (ref: Ref, encoders: Map<string, JsonEncoder>): JsonEncoder => {
  const { shape } = ref;
  switch (shape.type) {
    case 'structure':
    case 'list':
    case 'map': {
      const known = encoders.get(shape.name);
      if (known !== undefined) return known;
      let encoder: JsonEncoder | undefined;
      // INVARIANT: the forwarding closure is only called when encoding, after `encoder` was set.
      encoders.set(shape.name, (value) => encoder!(value));
      encoder =
        shape.type === 'structure'
          ? structure(shape, encoders)
          : shape.type === 'list'
            ? list(shape, encoders)
            : map(shape, encoders);
      encoders.set(shape.name, encoder);
      return encoder;
    }
    case 'string':
      return JSON.stringify;
    case 'blob':
      return (value) => `"${base64(value as Uint8Array)}"`;
    case 'boolean':
      return (value) => (value ? 'true' : 'false');
    case 'timestamp':
      return timestampFormatOf(ref, 'unixTimestamp') === 'iso8601'
        ? (value) => `"${formatIso8601(value as Date)}"`
        : (value) => formatEpochSeconds(value as Date);
    default:
      return (value) => (typeof value === 'bigint' || Number.isFinite(value) ? String(value) : `"${value}"`);
  }
};

/** Free-form JSON, with the bigints that JSON.stringify refuses. */
const documentText = (value: unknown): string => {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(documentText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${documentText(entry)}`).join(',')}}`;
};

const base64 = (bytes: Uint8Array): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('base64');

const structure = (shape: StructureShape, encoders: Map<string, JsonEncoder>): JsonEncoder => {
  if (shape.document) return documentText;
  const inBody = shape.members.filter(({ location }) => location === undefined);
  const members = inBody.map((member) => {
    const key = `${JSON.stringify(member.locationName ?? member.name)}:`;
    return { name: member.name, first: `{${key}`, next: `,${key}`, encode: compileJsonEncoder(member, encoders) };
  });
  return (value) => {
    const record = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const { name, first, next, encode } of members) {
      const member = record[name];
      if (member === undefined || member === null) continue;
      text += (text === '' ? first : next) + encode(member);
    }
    return text === '' ? '{}' : `${text}}`;
  };
};

const list = (shape: ListShape, encoders: Map<string, JsonEncoder>): JsonEncoder => {
  const encode = compileJsonEncoder(shape.member, encoders);
  return (value) => `[${(value as readonly unknown[]).map((element) => encode(element)).join(',')}]`;
};

const map = (shape: MapShape, encoders: Map<string, JsonEncoder>): JsonEncoder => {
  const encode = compileJsonEncoder(shape.value, encoders);
  return (value) => {
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const texts = entries.flatMap(([key, entry]) =>
      entry === undefined || entry === null ? [] : [`${JSON.stringify(key)}:${encode(entry)}`],
    );
    return `{${texts.join(',')}}`;
  };
};
