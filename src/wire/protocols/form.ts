import { isAscii, isUtf8 } from 'node:buffer';
import { fault } from '../../kernel/fault.ts';
import { inflatedBody } from '../content/gzip.ts';
import type { HttpRequest } from '../http-message.ts';

/**
 * Most parameters that a form may have: half as many again as a PutMetricData of 1000 metrics with 30 dimensions each, which
 * CloudWatch takes.
 */
export const maxFormParameters = 100_000;

/** Most parameters where a request needs no signature: no operation of that kind has a hundred. This bounds what a stranger's costs. */
export const maxUnsignedParameters = 1000;

/** A form as long as this is parsed before its sender is known, in bytes as they came. */
const maxShortBytes = 65_536;

/**
 * The parameters of a Query request: those of the URL and, for POST, those of the body. Parsed once per request.
 *
 * @param most how many it may have
 * @throws {Fault} `MalformedQueryString`: a name twice, a parameter without `=`, a broken percent escape, text that is not
 * UTF-8, or more than `most`; what {@link inflatedBody} throws
 */
export const formOf = (request: HttpRequest, most = maxFormParameters): ReadonlyMap<string, string> => {
  let form = forms.get(request);
  if (form === undefined) {
    form = new Map();
    for (const text of textsOf(request)) addParameters(form, text, most);
    forms.set(request, form);
  }
  return form;
};

/**
 * Some parameters of a Query request, by name: what tells the operation, before the sender is known. Of a long form only
 * these are read, and what is wrong with the rest {@link formOf} tells.
 *
 * @throws {Fault} as {@link formOf}
 */
export const parametersOf = <Name extends string>(
  request: HttpRequest,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> => {
  const { body, headers } = request;
  const isShort = body.length <= maxShortBytes && headers['content-encoding'] === undefined;
  const form = isShort ? formOf(request) : scan(textsOf(request), names);
  return Object.fromEntries(names.map((name) => [name, form.get(name)])) as Partial<Record<Name, string>>;
};

const textsOf = (request: HttpRequest): readonly string[] =>
  request.method === 'POST' ? [request.query, textOf(inflatedBody(request))] : [request.query];

/** Finds the first of each, and looks at nothing that could not be one of them. */
const scan = (texts: readonly string[], names: readonly string[]): ReadonlyMap<string, string> => {
  const longest = 3 * Math.max(...names.map((name) => name.length));
  const found = new Map<string, string>();
  let left = maxFormParameters;
  for (const text of texts) {
    if (found.size === names.length) break;
    forParameters(text, (start, equals, end) => {
      if (left-- === 0) throw fault('MalformedQueryString');
      const name = equals - start <= longest ? decode(text.slice(start, equals)) : '';
      if (names.includes(name) && !found.has(name)) found.set(name, decode(text.slice(equals + 1, end)));
      return found.size < names.length;
    });
  }
  return found;
};

const forms = new WeakMap<HttpRequest, Map<string, string>>();

const addParameters = (form: Map<string, string>, text: string, most: number): void => {
  forParameters(text, (start, equals, end) => {
    const name = decode(text.slice(start, equals));
    if (form.has(name) || form.size === most) throw fault('MalformedQueryString');
    form.set(name, decode(text.slice(equals + 1, end)));
    return true;
  });
};

/**
 * Tells where the parameters of a text stand, one after the other, not decoded.
 *
 * @param take gets where the name begins, the place of `=`, and the end; returns whether it wants the next one
 * @throws {Fault} `MalformedQueryString`: a parameter without `=`
 */
const forParameters = (text: string, take: (start: number, equals: number, end: number) => boolean): void => {
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand === -1 ? text.length : ampersand;
    const equals = text.indexOf('=', start);
    if (equals === -1 || equals > end) throw fault('MalformedQueryString');
    if (!take(start, equals, end)) return;
    start = end + 1;
  }
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.includes('+') ? text.replaceAll('+', ' ') : text);
  } catch {
    throw fault('MalformedQueryString');
  }
};

const textOf = (body: Buffer): string => {
  if (isAscii(body)) return body.toString('latin1');
  if (isUtf8(body)) return body.toString('utf8');
  throw fault('MalformedQueryString');
};
