import type { OperationModel, ServiceModel } from '../../model/model.ts';
import { inflatedBody } from '../content/gzip.ts';
import type { HttpResponse } from '../http-message.ts';
import { cborDecoderOf } from './cbor-decoder.ts';
import { cborEncoderOf, writeCborStructure } from './cbor-encoder.ts';
import { CborReader, malformed } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import type { Protocol } from './protocol.ts';
import { queryErrorOf, wireFault } from './wire-fault.ts';

/** Smithy RPC v2 CBOR: `POST /service/…/operation/…`, CBOR both ways. @see Smithy: "Smithy RPC v2 CBOR protocol" */
export const rpcV2Cbor: Protocol = {
  name: 'rpc-v2-cbor',

  decode: (operation, request) => {
    const body = inflatedBody(request);
    if (body.length === 0) return {};
    const reader = new CborReader(body);
    const input = cborDecoderOf(operation.input)(reader);
    if (!reader.atEnd()) throw malformed();
    return input as object;
  },

  encode: ({ output: shape }, output, requestId) => {
    if (shape === undefined) return response(200, '', requestId);
    const writer = new CborWriter();
    cborEncoderOf(shape)(writer, output ?? {});
    return response(200, writer.finish(), requestId);
  },

  encodeFault: (service, _operation, fault, requestId) => {
    const { code, status, message, shape } = wireFault(service, 'json', fault);
    const type = shape === undefined ? code : `com.amazonaws.${service.name}#${shape.name}`;
    const messageKey = shape?.members.find(({ name }) => name.toLowerCase() === 'message')?.name ?? 'message';
    const texts: [string, string][] = [['__type', type]];
    if (message !== '') texts.push([messageKey, message]);
    const writer = new CborWriter();
    writeCborStructure(writer, shape, fault.members ?? {}, texts);
    const answer = response(status, writer.finish(), requestId);
    if (!service.queryCompatible) return answer;
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': queryErrorOf(service, fault) } };
  },
};

/** True for requests that say they are of this protocol. */
export const isRpcV2Cbor = (headers: Readonly<Record<string, string | undefined>>): boolean =>
  headers['smithy-protocol'] === 'rpc-v2-cbor';

/**
 * The operation that a path names: `/service/GraniteServiceVersion20100801/operation/PutMetricData`, with any prefix.
 *
 * @returns undefined where the path is no such path, or names another service or no operation of this one
 */
export const findRpcOperation = (service: ServiceModel, path: string): OperationModel | undefined => {
  const [, target, operation] = /\/service\/([A-Za-z0-9_.]+)\/operation\/([A-Za-z0-9_]+)$/.exec(path) ?? [];
  const shortName = target?.slice(target.lastIndexOf('.') + 1);
  return operation !== undefined && shortName === service.targetPrefix ? service.findOperation(operation) : undefined;
};

const response = (status: number, body: Buffer | string, requestId: string): HttpResponse => ({
  status,
  headers: {
    'x-amzn-RequestId': requestId,
    'smithy-protocol': 'rpc-v2-cbor',
    ...(body !== '' && { 'Content-Type': 'application/cbor' }),
  },
  body,
});
