import { fault } from '../../kernel/fault.ts';
import type { OperationModel, ServiceModel } from '../../model/model.ts';
import type { StructureShape } from '../../model/shape.ts';
import type { HttpResponse } from '../http-message.ts';
import { compileJsonDecoder, type JsonDecoder } from './json-decoder.ts';
import { compileJsonEncoder, type JsonEncoder } from './json-encoder.ts';
import { JsonReader } from './json-reader.ts';
import type { Protocol } from './protocol.ts';
import { messageMember, queryErrorOf, wireFault } from './wire-fault.ts';

/** AWS JSON 1.0 and 1.1: `POST /` with `X-Amz-Target`, JSON both ways. @see Smithy: "AWS JSON 1.1 protocol" */
export const awsJson: Protocol = {
  name: 'aws-json',

  decode: (operation, request) => {
    if (request.body.length === 0) return {};
    const reader = new JsonReader(request.body);
    if (reader.atEnd()) return {};
    const input = decoderOf(operation)(reader);
    if (!reader.atEnd()) throw fault('Serialization', 'Unexpected token');
    return input as object;
  },

  encode: (operation, output, requestId) => {
    const encode = encoderOf(operation);
    return response(operation.service, 200, encode === undefined ? '' : encode(output ?? {}), requestId);
  },

  encodeFault: (service, _operation, fault, requestId) => {
    const { code, status, receiver, message, common, shape } = wireFault(service, 'json', fault);
    const messageKey = common?.messageKey ?? messageMember(shape) ?? 'message';
    const fields = [`"__type":${JSON.stringify(shape?.name ?? code)}`];
    if (message !== '') fields.push(`"${messageKey}":${JSON.stringify(message)}`);
    if (shape !== undefined && fault.members !== undefined) {
      const members = encoderOfShape(shape)(fault.members).slice(1, -1);
      if (members !== '') fields.push(members);
    }
    // Modelled statuses are for other protocols: here the client's errors are 400, whatever the model says.
    const answer = response(service, receiver ? status : (common?.status ?? 400), `{${fields.join(',')}}`, requestId);
    if (!service.queryCompatible) return answer;
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': queryErrorOf(service, fault) } };
  },
};

const response = (service: ServiceModel, status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    'Content-Type': service.jsonVersion === '1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
  },
  body,
});

const decoders = new WeakMap<OperationModel, JsonDecoder>();
const encoders = new WeakMap<OperationModel, JsonEncoder>();
const faultEncoders = new WeakMap<StructureShape, JsonEncoder>();

const decoderOf = (operation: OperationModel): JsonDecoder => {
  let decoder = decoders.get(operation);
  if (decoder === undefined) {
    decoder = compileJsonDecoder(rootOf(operation.input), new Map());
    decoders.set(operation, decoder);
  }
  return decoder;
};

const encoderOf = (operation: OperationModel): JsonEncoder | undefined => {
  if (operation.output === undefined) return undefined;
  let encoder = encoders.get(operation);
  if (encoder === undefined) {
    encoder = compileJsonEncoder(rootOf(operation.output), new Map());
    encoders.set(operation, encoder);
  }
  return encoder;
};

const encoderOfShape = (shape: StructureShape): JsonEncoder => {
  let encoder = faultEncoders.get(shape);
  if (encoder === undefined) {
    encoder = compileJsonEncoder(rootOf(shape), new Map());
    faultEncoders.set(shape, encoder);
  }
  return encoder;
};

const rootOf = (shape: StructureShape) => ({ shape, jsonvalue: false, sensitive: shape.sensitive });
