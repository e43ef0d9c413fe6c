import { fault } from '../../kernel/fault.ts';
import type { OperationModel, ServiceModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { queryOf } from './query-parameters.ts';

/** What an operation with HTTP bindings answers to: a method, a path template, fixed query parameters. */
export interface HttpRoute {
  readonly operation: OperationModel;
  readonly segments: readonly Segment[];
  /** Fixed parameters, with the value where the template gives one. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
  /** Query parameters and headers without which the operation cannot be meant. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  /** Sorts literal segments before labels, labels before greedy labels, and any of them before the end. */
  readonly order: string;
}

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean };

/** The operation's route, parsed on first use from its path template: `/{Bucket}/{Key+}?uploads`. */
export const routeOf = (operation: OperationModel): HttpRoute => {
  let route = routes.get(operation);
  if (route === undefined) {
    route = parseRoute(operation);
    routes.set(operation, route);
  }
  return route;
};

/**
 * The operation of a service that a request's method, path, query parameters and headers mean. Where several share a path,
 * the one with most fixed parameters goes first, then one whose required parameters and headers are all there, then the one
 * that requires most: so `?uploadId=…` is ListParts and not GetObject.
 *
 * @throws {Fault} `MalformedQueryString` for a broken percent escape
 */
export const findRoute = (service: ServiceModel, request: HttpRequest): OperationModel | undefined => {
  const segments = segmentsOf(request.path);
  let best: HttpRoute | undefined;
  let bestFit = Number.NEGATIVE_INFINITY;
  for (const route of tableOf(service).get(request.method) ?? []) {
    if (best !== undefined && route.order !== best.order) break;
    if (!matchesPath(route, segments)) continue;
    const fit = fitOf(route, request);
    // S3's superseded operations share their routes with successors whose names extend theirs: GetBucketLifecycle.
    const succeeds = best !== undefined && route.operation.name.startsWith(best.operation.name);
    if (fit > bestFit || (fit === bestFit && succeeds)) {
      best = route;
      bestFit = fit;
    }
  }
  return best?.operation;
};

/**
 * The values of a path's labels, decoded.
 *
 * @throws {Fault} `MalformedQueryString` for a broken percent escape, `UnknownOperation` for another path
 */
export const labelsOf = (route: HttpRoute, path: string): ReadonlyMap<string, string> => {
  const segments = segmentsOf(path);
  if (!matchesPath(route, segments)) throw fault('UnknownOperation');
  const labels = new Map<string, string>();
  for (const [index, segment] of route.segments.entries()) {
    if ('literal' in segment) continue;
    const tail = route.segments.length - index - 1;
    const raw = segment.greedy ? segments.slice(index, segments.length - tail).join('/') : segments[index]!;
    labels.set(segment.label, decode(raw));
  }
  return labels;
};

const routes = new WeakMap<OperationModel, HttpRoute>();
const tables = new WeakMap<ServiceModel, ReadonlyMap<string, readonly HttpRoute[]>>();

const tableOf = (service: ServiceModel): ReadonlyMap<string, readonly HttpRoute[]> => {
  let table = tables.get(service);
  if (table === undefined) {
    const all = service.operationNames.map((name) => routeOf(service.findOperation(name)!));
    const sorted = all.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    table = Map.groupBy(sorted, ({ operation }) => operation.http.method);
    tables.set(service, table);
  }
  return table;
};

const parseRoute = (operation: OperationModel): HttpRoute => {
  const [path = '', query = ''] = operation.http.requestUri.split('?', 2);
  const segments = segmentsOf(path).map((text): Segment => {
    const label = /^\{(.+?)(\+?)\}$/.exec(text);
    return label ? { label: label[1]!, greedy: label[2] === '+' } : { literal: text };
  });
  const { members } = operation.input;
  const required = (location: 'querystring' | 'header') =>
    members
      .filter((member) => member.required && member.location === location)
      .map((member) => member.locationName ?? member.name);
  return {
    operation,
    segments: withoutTrailingSlash(segments),
    parameters: query === '' ? [] : query.split('&').map(parseParameter),
    requiredQuery: required('querystring'),
    requiredHeaders: required('header').map((name) => name.toLowerCase()),
    order: `${segments.map((segment) => ('literal' in segment ? 'a' : segment.greedy ? 'c' : 'b')).join('')}d`,
  };
};

const parseParameter = (text: string): readonly [string, string | undefined] => {
  const equals = text.indexOf('=');
  return equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
};

const segmentsOf = (path: string): string[] => path.slice(1).split('/');

const withoutTrailingSlash = (segments: readonly Segment[]): readonly Segment[] => {
  const last = segments.at(-1);
  return last !== undefined && 'literal' in last && last.literal === '' ? segments.slice(0, -1) : segments;
};

/** A slash at the end of a path means nothing, except to a greedy label. */
const matchesPath = ({ segments: pattern }: HttpRoute, segments: readonly string[]): boolean => {
  const greedyAt = pattern.findIndex((segment) => 'label' in segment && segment.greedy);
  const length = greedyAt === -1 && segments.at(-1) === '' ? segments.length - 1 : segments.length;
  if (greedyAt === -1 ? length !== pattern.length : length < pattern.length) return false;
  const surplus = length - pattern.length;
  return pattern.every((segment, index) => {
    if (index === greedyAt) return surplus > 0 || segments[index] !== '';
    const given = segments[greedyAt !== -1 && index > greedyAt ? index + surplus : index];
    return 'literal' in segment ? segment.literal === given : given !== '';
  });
};

/** How well a route fits a request whose path it matches; negative infinity where a fixed parameter is absent or another. */
const fitOf = ({ parameters, requiredQuery, requiredHeaders }: HttpRoute, request: HttpRequest): number => {
  const query = queryOf(request);
  for (const [name, value] of parameters) {
    const given = query.get(name);
    if (given === undefined || (value !== undefined && !given.includes(value))) return Number.NEGATIVE_INFINITY;
  }
  let missing = 0;
  for (const name of requiredQuery) if (!query.has(name)) missing += 1;
  for (const name of requiredHeaders) if (request.headers[name] === undefined) missing += 1;
  return parameters.length * 10_000 - missing * 100 + requiredQuery.length + requiredHeaders.length;
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw fault('MalformedQueryString');
  }
};
