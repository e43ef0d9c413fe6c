import { fault } from '../../kernel/fault.ts';
import type { OperationModel, ServiceModel } from '../../model/model.ts';
import type { Member, StructureShape } from '../../model/shape.ts';
import { dechunk, isAwsChunked } from '../content/aws-chunked.ts';
import { inflatedBody } from '../content/gzip.ts';
import { verifyChecksum } from '../content/verify-checksum.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { encodeEvents, eventStreamType } from './event-stream.ts';
import { isInBody, type MalformedBinding, payloadOf, readBindings, writeBindings } from './http-bindings.ts';
import type { Protocol } from './protocol.ts';
import { wireFault } from './wire-fault.ts';
import { xmlStructureOf } from './xml-decoder.ts';
import { documentXml, namespaceOf, wrapXml, xmlElement, xmlLayout, xmlMembersOf, xmlns } from './xml-encoder.ts';
import { XmlReader } from './xml-reader.ts';
import { escapeXml } from './xml-text.ts';

/** AWS REST-XML: HTTP methods, paths and headers by the model's bindings, XML for the rest. @see Smithy: "AWS restXml protocol" */
export const restXml: Protocol = {
  name: 'rest-xml',

  decode: (operation, request) => {
    const carried = isAwsChunked(request) ? dechunked(request) : request;
    verifyChecksum(operation.http, carried.headers, carried.body);
    const input = decodeBody(operation, carried);
    readBindings(operation, carried, input, isS3(operation.service) ? malformedArgument : malformedBinding);
    return input;
  },

  encode: (operation, output, requestId) => {
    const value = (output ?? {}) as Readonly<Record<string, unknown>>;
    const { service, output: shape, http } = operation;
    if (shape === undefined) return response(service, http.responseCode, {}, '', requestId);
    const { status, headers } = writeBindings(shape, value);
    const { contentType, body } = encodeBody(operation, shape, value);
    const types = contentType === undefined ? {} : { 'Content-Type': contentType };
    return response(service, status ?? http.responseCode, { ...types, ...headers }, body, requestId);
  },

  encodeFault: (service, operation, fault, requestId) => {
    const family = isS3(service) ? 's3' : 'rest-xml';
    const { code, status, receiver, message, common, shape } = wireFault(service, family, fault);
    const headers = { 'Content-Type': 'application/xml' };
    if (common?.bodiless || operation?.http.method === 'HEAD') return response(service, status, {}, '', requestId);
    const sentence = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const members = errorMembers(shape, fault.members);
    const ids = s3Ids(requestId);
    const body = isS3(service)
      ? `<Error>${sentence}${members}<RequestId>${ids.requestId}</RequestId><HostId>${ids.hostId}</HostId></Error>`
      : `<ErrorResponse${xmlns(namespaceOf(service))}><Error><Type>${receiver ? 'Receiver' : 'Sender'}</Type>` +
        `${sentence}${members}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return response(service, status, headers, documentXml(body), requestId);
  },
};

const isS3 = ({ name }: ServiceModel): boolean => name === 's3';

const layout = xmlLayout('');

/** S3 has identifiers of its own form: here the request id's first sixteen digits, and all of it in base64. */
const s3Ids = (requestId: string) => ({
  requestId: requestId.replaceAll('-', '').slice(0, 16).toUpperCase(),
  hostId: Buffer.from(requestId).toString('base64'),
});

const response = (
  service: ServiceModel,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
  requestId: string,
): HttpResponse => {
  if (!isS3(service)) return { status, headers: { 'x-amzn-RequestId': requestId, ...headers }, body };
  const ids = s3Ids(requestId);
  return { status, headers: { 'x-amz-request-id': ids.requestId, 'x-amz-id-2': ids.hostId, ...headers }, body };
};

const malformedBinding: MalformedBinding = (name) =>
  fault('Serialization', `The value of ${name} is not of the expected type`);

/** @see S3 API Reference: "Error responses", InvalidArgument */
const malformedArgument: MalformedBinding = (name, text) =>
  fault('InvalidArgument', `Provided ${name} is not of the expected type`, {
    members: { ArgumentName: name, ArgumentValue: text.slice(0, 1024) },
  });

/** The request as it would be without `aws-chunked`: trailers are headers, and the encoding is not told to anybody. */
const dechunked = (request: HttpRequest): HttpRequest => {
  const { body, trailers } = dechunk(request);
  const { 'content-encoding': encodings = '', ...headers } = request.headers;
  const others = encodings.split(',').filter((encoding) => !/^\s*(?:aws-chunked)?\s*$/i.test(encoding));
  const encoding = others.length === 0 ? {} : { 'content-encoding': others.join(',').trim() };
  return { ...request, headers: { ...trailers, ...headers, ...encoding }, body };
};

const decodeBody = ({ input, http }: OperationModel, request: HttpRequest): Record<string, unknown> => {
  const payload = payloadOf(input);
  if (payload === undefined) {
    if (!input.members.some(isInBody)) return {};
    const body = inflatedBody(request);
    return body.length > 0 ? decodeXml(input, http.inputLocationName ?? input.name, body) : {};
  }
  if (request.body.length === 0) return {};
  // Bytes keep the encoding they came in: it is theirs, not the request's.
  const body = payload.shape.type === 'blob' ? request.body : inflatedBody(request);
  return { [payload.name]: decodePayload(payload, body) };
};

const decodePayload = (payload: Member, body: Buffer): unknown => {
  const { shape } = payload;
  switch (shape.type) {
    case 'structure':
      return decodeXml(shape, rootOf(payload), body);
    case 'string':
      return body.toString('utf8');
    default:
      return body;
  }
};

/** Name of the root element of a payload's document. */
const rootOf = ({ locationName, shape }: Member): string =>
  locationName ?? (shape.type === 'structure' ? shape.locationName : undefined) ?? shape.name;

const decodeXml = (shape: StructureShape, root: string, body: Buffer): Record<string, unknown> => {
  const reader = new XmlReader(body);
  if (reader.root() !== root) throw fault('Serialization', `The root element is not ${root}`);
  const value = xmlStructureOf(shape)(reader);
  reader.end();
  return value as Record<string, unknown>;
};

interface Body {
  readonly contentType: string | undefined;
  readonly body: Buffer | string;
}

const NO_BODY: Body = { contentType: undefined, body: '' };

const encodeBody = (
  operation: OperationModel,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
): Body => {
  const payload = payloadOf(shape);
  if (payload !== undefined) return encodePayload(operation, payload, value[payload.name]);
  const [first, ...others] = shape.members.filter(isInBody);
  if (first === undefined) return NO_BODY;
  const attributes = xmlns(namespaceOf(operation.service));
  const name = shape.locationName ?? shape.name;
  // GetBucketLocation answers its one member without an element around it.
  const isUnwrapped = name === first.name && others.length === 0;
  const content = isUnwrapped ? escapeXml(String(value[first.name] ?? '')) : xmlMembersOf(shape, layout)(value, '');
  return { contentType: 'application/xml', body: documentXml(wrapXml(layout, name, content, '', attributes)) };
};

const encodePayload = ({ service }: OperationModel, payload: Member, given: unknown): Body => {
  if (given === undefined || given === null) return NO_BODY;
  const { shape } = payload;
  if (shape.type === 'blob') return { contentType: 'application/octet-stream', body: Buffer.from(given as Uint8Array) };
  if (shape.type === 'string') return { contentType: 'text/plain', body: given as string };
  if (shape.type === 'structure' && shape.eventstream) {
    const events = given as Iterable<Readonly<Record<string, unknown>>>;
    return { contentType: eventStreamType, body: encodeEvents(shape, events, xmlEvents) };
  }
  const attributes = xmlns(payload.xmlNamespace ?? namespaceOf(service));
  const body = documentXml(xmlElement(payload, rootOf(payload), layout, attributes)(given, ''));
  return { contentType: 'application/xml', body };
};

const xmlEvents = {
  contentType: 'text/xml',
  write: (shape: StructureShape, value: unknown): string =>
    wrapXml(layout, shape.locationName ?? shape.name, xmlMembersOf(shape, layout)(value, ''), ''),
};

/** Modelled members as the model says; S3 says more that its model does not have: `<Key>`, `<BucketName>`, `<Region>`. */
const errorMembers = (shape: StructureShape | undefined, members: Readonly<Record<string, unknown>> = {}): string => {
  const modelled = shape === undefined ? '' : xmlMembersOf(shape, layout)(members, '');
  const others = Object.entries(members).filter(([name]) => !shape?.members.some((member) => member.name === name));
  return modelled + others.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join('');
};
