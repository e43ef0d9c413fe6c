import type { Fault } from '../../kernel/fault.ts';
import type { OperationModel, ServiceModel } from '../../model/model.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';

/**
 * One wire protocol: HTTP messages to and from inputs and outputs. Decoders and encoders are compiled from the model on an
 * operation's first use.
 *
 * Inputs and outputs are what the SDK's types say: blobs are Buffers, timestamps Dates, maps objects without a prototype
 * (every key is plain data). A long beyond ±(2^53 - 1) is a bigint, every other number a number. Absent and null members
 * are missing, members that the model does not have are dropped.
 */
export interface Protocol {
  readonly name: 'aws-json' | 'aws-query' | 'ec2-query' | 'rest-json' | 'rest-xml' | 'rpc-v2-cbor';
  /** @throws {Fault} `Serialization` or `MalformedQueryString`: the request is not one of this operation's */
  decode(operation: OperationModel, request: HttpRequest): object;
  /** @param output undefined for operations that answer nothing */
  encode(operation: OperationModel, output: unknown, requestId: string): HttpResponse;
  /**
   * Says an error in the protocol's and the service's words.
   *
   * @param operation undefined where the error came before one was found
   */
  encodeFault(
    service: ServiceModel,
    operation: OperationModel | undefined,
    fault: Fault,
    requestId: string,
  ): HttpResponse;
}
