import { fault } from '../../kernel/fault.ts';
import type { OperationModel } from '../../model/model.ts';
import type { Member, StructureShape } from '../../model/shape.ts';
import { inflatedBody } from '../content/gzip.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { encodeEvents, eventStreamType } from './event-stream.ts';
import { isInBody, payloadOf, readBindings, writeBindings } from './http-bindings.ts';
import { jsonEvents, readJson, writeJson, writeJsonMembers } from './json-documents.ts';
import type { Protocol } from './protocol.ts';
import { messageMember, wireFault } from './wire-fault.ts';

/** AWS REST-JSON: HTTP methods, paths and headers by the model's bindings, JSON for the rest. @see Smithy: "AWS restJson1 protocol" */
export const restJson: Protocol = {
  name: 'rest-json',

  decode: (operation, request) => {
    const body = decodeBody(operation, request);
    readBindings(operation, request, body, malformedBinding);
    return body;
  },

  encode: (operation, output, requestId) => {
    const value = (output ?? {}) as Readonly<Record<string, unknown>>;
    const { output: shape, http } = operation;
    if (shape === undefined) return response(http.responseCode, {}, '', requestId);
    const { status, headers } = writeBindings(shape, value);
    const { contentType, body } = encodeBody(shape, value);
    const types = contentType === undefined ? {} : { 'Content-Type': contentType };
    return response(status ?? http.responseCode, { ...types, ...headers }, body, requestId);
  },

  encodeFault: (service, operation, fault, requestId) => {
    const { code, status, receiver, message, common, shape } = wireFault(service, 'rest-json', fault);
    const messageKey = common?.messageKey ?? messageMember(shape) ?? 'message';
    const fields = message === '' ? [] : [`"${messageKey}":${JSON.stringify(message)}`];
    const members = { ...typicalMembers(shape, code, receiver), ...fault.members };
    if (shape !== undefined) {
      const text = writeJsonMembers(shape, members);
      if (text !== '') fields.push(text);
    }
    const headers = {
      'x-amzn-ErrorType': shape?.name ?? code,
      'Content-Type': 'application/json',
      ...(shape && writeBindings(shape, members).headers),
    };
    const body = operation?.http.method === 'HEAD' ? '' : `{${fields.join(',')}}`;
    return response(status, headers, body, requestId);
  },
};

const response = (
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
  requestId: string,
): HttpResponse => ({ status, headers: { 'x-amzn-RequestId': requestId, ...headers }, body });

const malformedBinding = (name: string) => fault('Serialization', `The value of ${name} is not of the expected type`);

const decodeBody = (operation: OperationModel, request: HttpRequest): Record<string, unknown> => {
  const payload = payloadOf(operation.input);
  if (payload === undefined) {
    if (!operation.input.members.some(isInBody)) return {};
    return (readJson(operation.input, inflatedBody(request)) ?? {}) as Record<string, unknown>;
  }
  // Bytes keep the encoding they came in: it is theirs, not the request's.
  const value = decodePayload(payload, payload.shape.type === 'blob' ? request.body : inflatedBody(request));
  return value === undefined ? {} : { [payload.name]: value };
};

const decodePayload = (payload: Member, body: Buffer): unknown => {
  if (body.length === 0) return undefined;
  switch (payload.shape.type) {
    case 'blob':
      return body;
    case 'string':
      return body.toString('utf8');
    default:
      return readJson(payload.shape, body);
  }
};

interface Body {
  readonly contentType: string | undefined;
  readonly body: Buffer | string;
}

const NO_BODY: Body = { contentType: undefined, body: '' };

const encodeBody = (shape: StructureShape, value: Readonly<Record<string, unknown>>): Body => {
  const payload = payloadOf(shape);
  if (payload === undefined) {
    if (!shape.members.some(isInBody)) return NO_BODY;
    return { contentType: 'application/json', body: writeJson(shape, value) };
  }
  const given = value[payload.name];
  if (given === undefined || given === null) return NO_BODY;
  if (payload.shape.type === 'structure' && payload.shape.eventstream) {
    const events = given as Iterable<Readonly<Record<string, unknown>>>;
    return { contentType: eventStreamType, body: encodeEvents(payload.shape, events, jsonEvents) };
  }
  switch (payload.shape.type) {
    case 'blob':
      return { contentType: 'application/octet-stream', body: Buffer.from(given as Uint8Array) };
    case 'string':
      return { contentType: 'text/plain', body: given as string };
    default:
      return { contentType: 'application/json', body: writeJson(payload.shape, given) };
  }
};

/** Lambda's errors say `Type`, EFS's `ErrorCode`, whoever throws them. */
const typicalMembers = (
  shape: StructureShape | undefined,
  code: string,
  receiver: boolean,
): Record<string, unknown> => {
  const members: Record<string, unknown> = {};
  for (const { name, locationName } of shape?.members ?? []) {
    if (name === 'Type' && locationName === undefined) members[name] = receiver ? 'Service' : 'User';
    if (name === 'ErrorCode') members[name] = code;
  }
  return members;
};
