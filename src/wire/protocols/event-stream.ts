import type { Member, StructureShape } from '../../model/shape.ts';
import { type EventHeader, eventMessage } from './event-message.ts';

/** Content type of event streams. */
export const eventStreamType = 'application/vnd.amazon.eventstream';

/** Writes a structure as the protocol's own document. */
export interface DocumentWriter {
  readonly contentType: string;
  write(shape: StructureShape, value: unknown): Buffer | string;
}

/** The member that is an event stream, where the output has one. */
export const eventStreamOf = (shape: StructureShape | undefined): Member | undefined =>
  shape?.members.find((member) => member.shape.type === 'structure' && member.shape.eventstream);

/**
 * Encodes the events of a stream, one message each.
 *
 * @param stream the union of all events and errors that the stream may have
 * @param events each an object with one member, named as its event: `{ Records: { Payload } }`
 */
export const encodeEvents = (
  stream: StructureShape,
  events: Iterable<Readonly<Record<string, unknown>>>,
  document: DocumentWriter,
): Buffer => {
  const messages: Buffer[] = [];
  for (const event of events) {
    for (const { name, shape } of stream.members) {
      const value = event[name];
      if (value === undefined || shape.type !== 'structure') continue;
      messages.push(encodeEvent(name, shape, value as Readonly<Record<string, unknown>>, document));
    }
  }
  return Buffer.concat(messages);
};

/** The first message of a stream in protocols without HTTP bindings: the output without the stream. */
export const initialResponse = (shape: StructureShape, output: unknown, document: DocumentWriter): Buffer =>
  eventMessage(
    { ':message-type': 'event', ':event-type': 'initial-response', ':content-type': document.contentType },
    document.write(shape, output),
  );

const encodeEvent = (
  name: string,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  document: DocumentWriter,
): Buffer => {
  const headers: Record<string, EventHeader> =
    shape.error === undefined
      ? { ':message-type': 'event', ':event-type': name }
      : { ':message-type': 'exception', ':exception-type': name };
  for (const member of shape.members) {
    const given = value[member.name];
    if (member.eventheader && given !== undefined) headers[member.name] = given as EventHeader;
  }
  const payload = shape.members.find(({ eventpayload }) => eventpayload);
  if (payload === undefined) {
    const hasDocument = shape.members.some(({ eventheader }) => !eventheader);
    if (!hasDocument) return eventMessage(headers, '');
    headers[':content-type'] = document.contentType;
    return eventMessage(headers, document.write(shape, value));
  }
  const given = value[payload.name] ?? '';
  switch (payload.shape.type) {
    case 'structure':
      headers[':content-type'] = document.contentType;
      return eventMessage(headers, document.write(payload.shape, given));
    case 'string':
      headers[':content-type'] = 'text/plain';
      return eventMessage(headers, given as string);
    default:
      headers[':content-type'] = 'application/octet-stream';
      return eventMessage(headers, Buffer.from(given as Uint8Array));
  }
};
