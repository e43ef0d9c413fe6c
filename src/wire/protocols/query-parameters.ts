import { fault } from '../../kernel/fault.ts';
import type { HttpRequest } from '../http-message.ts';

/**
 * The parameters of a request's URL in order of their first appearance, each with all its values; a parameter without `=`
 * has the empty value. Parsed once per request.
 *
 * @throws {Fault} `MalformedQueryString`: a broken percent escape, or one that is not UTF-8
 */
export const queryOf = (request: HttpRequest): ReadonlyMap<string, readonly string[]> => {
  let parameters = parsed.get(request);
  if (parameters === undefined) {
    parameters = request.query === '' ? NONE : parse(request.query);
    parsed.set(request, parameters);
  }
  return parameters;
};

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

const parsed = new WeakMap<HttpRequest, ReadonlyMap<string, readonly string[]>>();

const parse = (query: string): ReadonlyMap<string, readonly string[]> => {
  const parameters = new Map<string, string[]>();
  for (const parameter of query.split('&')) {
    if (parameter === '') continue;
    const equals = parameter.indexOf('=');
    const name = decode(equals === -1 ? parameter : parameter.slice(0, equals));
    const value = equals === -1 ? '' : decode(parameter.slice(equals + 1));
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.includes('+') ? text.replaceAll('+', ' ') : text);
  } catch {
    throw fault('MalformedQueryString');
  }
};
