import { isAscii, isUtf8 } from 'node:buffer';
import { fault } from '../../kernel/fault.ts';
import { inflatedBody } from '../content/gzip.ts';
import type { HttpRequest } from '../http-message.ts';

/**
 * Most parameters that a form may have: half as many again as a PutMetricData of 1000 metrics with 30 dimensions each, which
 * CloudWatch takes. A form is parsed before its sender is known, so this bounds what a stranger's costs.
 */
export const maxFormParameters = 100_000;

/**
 * The parameters of a Query request: those of the URL and, for POST, those of the body. Parsed once per request.
 *
 * @throws {Fault} `MalformedQueryString`: a name twice, a parameter without `=`, a broken percent escape, text that is not
 * UTF-8, or more than {@link maxFormParameters}; what {@link inflatedBody} throws
 */
export const formOf = (request: HttpRequest): ReadonlyMap<string, string> => {
  let form = forms.get(request);
  if (form === undefined) {
    form = new Map();
    addParameters(form, request.query);
    if (request.method === 'POST') addParameters(form, textOf(inflatedBody(request)));
    forms.set(request, form);
  }
  return form;
};

const forms = new WeakMap<HttpRequest, Map<string, string>>();

const addParameters = (form: Map<string, string>, text: string): void => {
  for (let start = 0; start < text.length; ) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand === -1 ? text.length : ampersand;
    const equals = text.indexOf('=', start);
    if (equals === -1 || equals > end) throw fault('MalformedQueryString');
    const name = decode(text.slice(start, equals));
    if (form.has(name) || form.size === maxFormParameters) throw fault('MalformedQueryString');
    form.set(name, decode(text.slice(equals + 1, end)));
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
