import type { Location, Ref } from '../../model/shape.ts';
import { JsonReader } from './json-reader.ts';
import {
  DECIMAL_NUMBER,
  findBase64,
  findEpochSeconds,
  findHttpDate,
  findIso8601,
  findTextNumber,
  formatEpochSeconds,
  formatHttpDate,
  formatIso8601,
  timestampFormatOf,
} from './scalars.ts';

/** Reads one value from its text in a path, query or header; undefined where the text is none of the type. */
export type BindingReader = (text: string) => unknown;

/** Reads a scalar at this location. Timestamps are HTTP dates in headers and ISO-8601 elsewhere, unless the model says other. */
export const bindingReader = (ref: Ref, location: Location): BindingReader => {
  const { shape } = ref;
  switch (shape.type) {
    case 'string':
      return ref.jsonvalue ? readJsonHeader : (text) => text;
    case 'boolean':
      return (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
    case 'timestamp':
      return timestampReaders[timestampFormatOf(ref, location === 'header' ? 'rfc822' : 'iso8601')];
    case 'blob':
      return findBase64;
    case 'integer':
    case 'long':
    case 'float':
    case 'double': {
      const { type } = shape;
      return (text) => findTextNumber(text, type);
    }
    default:
      throw new Error(`A ${shape.type} cannot be in a ${location}: ${shape.name}`);
  }
};

/** Writes a scalar for a header. */
export const headerWriter = (ref: Ref): ((value: unknown) => string) => {
  switch (ref.shape.type) {
    case 'string':
      return ref.jsonvalue
        ? (value) => Buffer.from(JSON.stringify(value)).toString('base64')
        : (value) => headerText(value as string);
    case 'timestamp':
      return timestampWriters[timestampFormatOf(ref, 'rfc822')];
    case 'blob':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    default:
      return String;
  }
};

/** The elements of a header that is a list: separated by commas, quoted where they contain one. @see Smithy: httpHeader */
export const splitHeaderList = (text: string): string[] => {
  const elements: string[] = [];
  LIST_ELEMENT.lastIndex = 0;
  for (const [, quoted, plain = ''] of text.matchAll(LIST_ELEMENT)) {
    const element = quoted === undefined ? plain.trim() : quoted.replace(/\\(["\\])/g, '$1');
    if (element !== '' || quoted !== undefined) elements.push(element);
  }
  return elements;
};

/** Quotes an element of a header list where it needs to be. */
export const quoteListElement = (text: string): string =>
  /[",]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;

const LIST_ELEMENT = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/g;

const timestampReaders = { iso8601: findIso8601, rfc822: findHttpDate, unixTimestamp: findEpochText };

function findEpochText(text: string): Date | undefined {
  return DECIMAL_NUMBER.test(text) ? findEpochSeconds(text) : undefined;
}

const timestampWriters = {
  iso8601: (value: unknown) => formatIso8601(value as Date),
  rfc822: (value: unknown) => formatHttpDate(value as Date),
  unixTimestamp: (value: unknown) => formatEpochSeconds(value as Date),
};

const readJsonHeader: BindingReader = (text) => {
  const bytes = findBase64(text);
  return bytes && new JsonReader(bytes).value();
};

/** Text as a header can carry it: what is not printable ASCII goes as an encoded word (RFC 2047 §2), as S3 sends it. */
const headerText = (text: string): string =>
  /^[\t\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text.toWellFormed()).toString('base64')}?=`;
