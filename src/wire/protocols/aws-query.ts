import { fault } from '../../kernel/fault.ts';
import type { OperationModel } from '../../model/model.ts';
import type { StructureShape } from '../../model/shape.ts';
import type { HttpResponse } from '../http-message.ts';
import { formOf } from './form.ts';
import { formTree } from './form-tree.ts';
import type { Protocol } from './protocol.ts';
import { compileQueryStructure, type QueryDecoder } from './query-decoder.ts';
import { wireFault } from './wire-fault.ts';
import { compileXmlMembers, wrapXml, type XmlEncoder } from './xml-encoder.ts';
import { escapeXml } from './xml-text.ts';

/** AWS Query: a form with `Action` and `Version` by POST or GET, XML back. @see Smithy: "AWS query protocol" */
export const awsQuery: Protocol = {
  name: 'aws-query',

  decode: (operation, request) => {
    const form = formOf(request);
    const version = form.get('Version') ?? 'NO_VERSION_SPECIFIED';
    if (version !== operation.service.apiVersion) {
      const shown = version.slice(0, 128);
      throw fault('UnknownOperation', `Could not find operation ${operation.name} for version ${shown}`);
    }
    if (operation.input.members.length === 0) return {};
    return decoderOf(operation)(formTree(form)) as object;
  },

  encode: (operation, output, requestId) => {
    const { name, service, resultWrapper } = operation;
    const result =
      operation.output === undefined
        ? ''
        : resultWrapper === undefined
          ? encoderOf(operation.output)(output ?? {}, '  ')
          : wrapXml(resultWrapper, encoderOf(operation.output)(output ?? {}, '    '), '  ');
    const metadata = wrapXml('ResponseMetadata', `    <RequestId>${requestId}</RequestId>\n`, '  ');
    return response(200, wrapXml(`${name}Response`, result + metadata, '', xmlns(service.xmlNamespace)), requestId);
  },

  encodeFault: (service, _operation, fault, requestId) => {
    const { code, status, receiver, message, common, shape } = wireFault(service, 'query', fault);
    if (common?.bodiless) return { ...response(status, '', requestId), body: '' };
    const error =
      `    <Type>${receiver ? 'Receiver' : 'Sender'}</Type>\n` +
      `    <Code>${escapeXml(code)}</Code>\n` +
      (message === '' ? '' : `    <Message>${escapeXml(message)}</Message>\n`) +
      (shape !== undefined && fault.members !== undefined ? encoderOf(shape)(fault.members, '    ') : '');
    const content = `${wrapXml('Error', error, '  ')}  <RequestId>${requestId}</RequestId>\n`;
    const namespace = common?.frontEnd ? FRONT_END_NAMESPACE : service.xmlNamespace;
    return response(status, wrapXml('ErrorResponse', content, '', xmlns(namespace)), requestId);
  },
};

/** Namespace of errors that are raised before the service sees the request. */
const FRONT_END_NAMESPACE = 'http://webservices.amazon.com/AWSFault/2005-15-09';

const xmlns = (uri: string | undefined): string => (uri === undefined ? '' : ` xmlns="${escapeXml(uri)}"`);

const response = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: { 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml' },
  body,
});

const decoders = new WeakMap<OperationModel, QueryDecoder>();
const encoders = new WeakMap<StructureShape, XmlEncoder>();

const decoderOf = (operation: OperationModel): QueryDecoder => {
  let decoder = decoders.get(operation);
  if (decoder === undefined) {
    decoder = compileQueryStructure(operation.input, new Map());
    decoders.set(operation, decoder);
  }
  return decoder;
};

const encoderOf = (shape: StructureShape): XmlEncoder => {
  let encoder = encoders.get(shape);
  if (encoder === undefined) {
    encoder = compileXmlMembers(shape, new Map());
    encoders.set(shape, encoder);
  }
  return encoder;
};
