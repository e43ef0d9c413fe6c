import type { Fault } from '../../kernel/fault.ts';
import type { OperationModel } from '../../model/model.ts';
import type { Member, StructureShape } from '../../model/shape.ts';
import type { HttpRequest } from '../http-message.ts';
import { presignedParameters } from '../presigned-query.ts';
import {
  type BindingReader,
  bindingReader,
  headerWriter,
  quoteListElement,
  splitHeaderList,
} from './binding-values.ts';
import { labelsOf, routeOf } from './http-route.ts';
import { queryOf } from './query-parameters.ts';

/** The fault of a value that has not the type of its member. */
export type MalformedBinding = (wireName: string, text: string) => Fault;

/**
 * Reads what a request carries outside of its body: labels, query parameters and headers.
 *
 * @param input receives the members
 * @throws {Fault} what `malformed` makes, or `MalformedQueryString`
 */
export const readBindings = (
  operation: OperationModel,
  request: HttpRequest,
  input: Record<string, unknown>,
  malformed: MalformedBinding,
): void => {
  let readers = compiled.get(operation);
  if (readers === undefined) {
    readers = operation.input.members.flatMap((member) => compileReader(member, operation));
    compiled.set(operation, readers);
  }
  for (const read of readers) read(request, input, malformed);
};

/** True for members that belong into the document that is the body. */
export const isInBody = ({ location }: Member): boolean => location === undefined;

/** The member that is the whole body, where there is one. */
export const payloadOf = (shape: StructureShape | undefined): Member | undefined =>
  shape?.payload === undefined ? undefined : shape.members.find(({ name }) => name === shape.payload);

/** What an output or an error carries outside of its body. */
export interface BoundResponse {
  /** The member that is the status, where the output has one. */
  readonly status: number | undefined;
  readonly headers: Record<string, string>;
}

/** Writes what a structure carries outside of the body: headers, prefix headers and the status. */
export const writeBindings = (shape: StructureShape, value: Readonly<Record<string, unknown>>): BoundResponse => {
  let writers = writersOf.get(shape);
  if (writers === undefined) {
    writers = shape.members.flatMap(compileWriter);
    writersOf.set(shape, writers);
  }
  const bound: Writable = { status: undefined, headers: {} };
  for (const write of writers) write(value, bound);
  return bound;
};

type Reader = (request: HttpRequest, input: Record<string, unknown>, malformed: MalformedBinding) => void;
type Writer = (value: Readonly<Record<string, unknown>>, bound: Writable) => void;

interface Writable extends BoundResponse {
  status: number | undefined;
}

const compiled = new WeakMap<OperationModel, readonly Reader[]>();
const writersOf = new WeakMap<StructureShape, readonly Writer[]>();

const compileReader = (member: Member, operation: OperationModel): Reader[] => {
  const { name } = member;
  const wireName = member.locationName ?? name;
  switch (member.location) {
    case 'uri': {
      const read = strictly(bindingReader(member, 'uri'), wireName);
      return [
        (request, input, malformed) => {
          input[name] = read(labelsOf(routeOf(operation), request.path).get(wireName)!, malformed);
        },
      ];
    }
    case 'querystring':
      return [queryReader(member, name, wireName, operation)];
    case 'header':
      return [headerReader(member, name, wireName)];
    case 'headers':
      return [prefixReader(name, wireName.toLowerCase())];
    default:
      return [];
  }
};

const strictly =
  (read: BindingReader, wireName: string) =>
  (text: string, malformed: MalformedBinding): unknown => {
    const value = read(text);
    if (value === undefined) throw malformed(wireName, text);
    return value;
  };

/** A list takes all values of its parameter, anything else the first; a map takes every parameter that nobody else has. */
const queryReader = (member: Member, name: string, wireName: string, operation: OperationModel): Reader => {
  const { shape } = member;
  if (shape.type === 'list') {
    const read = strictly(bindingReader(shape.member, 'querystring'), wireName);
    return (request, input, malformed) => {
      const values = queryOf(request).get(wireName);
      if (values !== undefined) input[name] = values.map((text) => read(text, malformed));
    };
  }
  if (shape.type === 'map') {
    const taken = new Set([
      ...presignedParameters,
      ...routeOf(operation).parameters.map(([parameter]) => parameter),
      ...operation.input.members
        .filter((other) => other !== member && other.location === 'querystring')
        .map((other) => other.locationName ?? other.name),
    ]);
    return (request, input) => {
      const values: Record<string, unknown> = Object.create(null);
      let found = false;
      for (const [parameter, [first]] of queryOf(request)) {
        if (taken.has(parameter)) continue;
        values[parameter] = first;
        found = true;
      }
      if (found) input[name] = values;
    };
  }
  const read = strictly(bindingReader(member, 'querystring'), wireName);
  return (request, input, malformed) => {
    const first = queryOf(request).get(wireName)?.[0];
    if (first !== undefined) input[name] = read(first, malformed);
  };
};

const headerReader = (member: Member, name: string, wireName: string): Reader => {
  const header = wireName.toLowerCase();
  const { shape } = member;
  const isList = shape.type === 'list';
  const read = strictly(bindingReader(isList ? shape.member : member, 'header'), wireName);
  return ({ headers }, input, malformed) => {
    const text = headers[header];
    if (text === undefined || typeof text !== 'string') return;
    input[name] = isList ? splitHeaderList(text).map((element) => read(element, malformed)) : read(text, malformed);
  };
};

const prefixReader =
  (name: string, prefix: string): Reader =>
  ({ headers }, input) => {
    const values: Record<string, unknown> = Object.create(null);
    let found = false;
    for (const header in headers) {
      if (!header.startsWith(prefix)) continue;
      values[header.slice(prefix.length)] = headers[header];
      found = true;
    }
    if (found) input[name] = values;
  };

const compileWriter = (member: Member): Writer[] => {
  const { name, shape } = member;
  const wireName = member.locationName ?? name;
  switch (member.location) {
    case 'statusCode':
      return [
        (value, bound) => {
          if (typeof value[name] === 'number') bound.status = value[name];
        },
      ];
    case 'header': {
      const write = headerWriter(shape.type === 'list' ? shape.member : member);
      return [
        (value, bound) => {
          const given = value[name];
          if (given === undefined || given === null) return;
          bound.headers[wireName] = Array.isArray(given)
            ? given.map((element) => quoteListElement(write(element))).join(', ')
            : write(given);
        },
      ];
    }
    case 'headers': {
      if (shape.type !== 'map') return [];
      const write = headerWriter(shape.value);
      return [
        (value, bound) => {
          for (const [key, entry] of Object.entries(value[name] ?? {})) bound.headers[wireName + key] = write(entry);
        },
      ];
    }
    default:
      return [];
  }
};
