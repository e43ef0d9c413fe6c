import type { ServiceModel } from '../../model/model.ts';
import type { StructureShape } from '../../model/shape.ts';
import { inflatedBody } from '../content/gzip.ts';
import type { HttpResponse } from '../http-message.ts';
import { encodeEvents, eventStreamOf, eventStreamType, initialResponse } from './event-stream.ts';
import { jsonEvents, readJson, writeJson, writeJsonMembers } from './json-documents.ts';
import type { Protocol } from './protocol.ts';
import { inServiceWords, messageMember, queryErrorOf, wireFault } from './wire-fault.ts';

/** AWS JSON 1.0 and 1.1: `POST /` with `X-Amz-Target`, JSON both ways. @see Smithy: "AWS JSON 1.1 protocol" */
export const awsJson: Protocol = {
  name: 'aws-json',

  decode: (operation, request) => (readJson(operation.input, inflatedBody(request)) ?? {}) as object,

  encode: ({ service, output: shape }, output, requestId) => {
    if (shape === undefined) return response(service, 200, '', requestId);
    const stream = eventStreamOf(shape);
    if (stream === undefined) return response(service, 200, writeJson(shape, output ?? {}), requestId);
    const { [stream.name]: events = [], ...initial } = (output ?? {}) as Readonly<Record<string, unknown>>;
    const body = Buffer.concat([
      initialResponse(shape, initial, jsonEvents),
      encodeEvents(stream.shape as StructureShape, events as Iterable<Readonly<Record<string, unknown>>>, jsonEvents),
    ]);
    const answer = response(service, 200, body, requestId);
    return { ...answer, headers: { ...answer.headers, 'Content-Type': eventStreamType } };
  },

  encodeFault: (service, _operation, raised, requestId) => {
    const fault = inServiceWords(service, raised);
    const { code, status, receiver, message, common, shape } = wireFault(service, 'json', fault);
    const messageKey = common?.messageKey ?? messageMember(shape) ?? 'message';
    const fields = [`"__type":${JSON.stringify(shape?.name ?? code)}`];
    if (message !== '') fields.push(`"${messageKey}":${JSON.stringify(message)}`);
    if (shape !== undefined && fault.members !== undefined) {
      const members = writeJsonMembers(shape, fault.members);
      if (members !== '') fields.push(members);
    }
    // Modelled statuses are for other protocols: here the client's errors are 400, whatever the model says.
    const answer = response(service, receiver ? status : (common?.status ?? 400), `{${fields.join(',')}}`, requestId);
    if (!service.queryCompatible) return answer;
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': queryErrorOf(service, fault) } };
  },
};

const response = (service: ServiceModel, status: number, body: Buffer | string, requestId: string): HttpResponse => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    'Content-Type': service.jsonVersion === '1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
  },
  body,
});
