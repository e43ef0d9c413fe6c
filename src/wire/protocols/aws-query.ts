import { fault } from '../../kernel/fault.ts';
import type { OperationModel } from '../../model/model.ts';
import type { HttpRequest, HttpResponse } from '../http-message.ts';
import { formOf, maxUnsignedParameters } from './form.ts';
import { formTree } from './form-tree.ts';
import type { Protocol } from './protocol.ts';
import { queryDialect, queryStructureOf } from './query-decoder.ts';
import { wireFault } from './wire-fault.ts';
import { wrapXml, xmlLayout, xmlMembersOf, xmlns } from './xml-encoder.ts';
import { escapeXml } from './xml-text.ts';

/** AWS Query: a form with `Action` and `Version` by POST or GET, XML back. @see Smithy: "AWS query protocol" */
export const awsQuery: Protocol = {
  name: 'aws-query',

  decode: (operation, request) => {
    const form = formOf(request, operation.unsigned ? maxUnsignedParameters : undefined);
    const version = form.get('Version') ?? 'NO_VERSION_SPECIFIED';
    if (version !== operation.service.apiVersion) {
      const shown = version.slice(0, 128);
      throw fault('UnknownOperation', `Could not find operation ${operation.name} for version ${shown}`);
    }
    if (operation.input.members.length === 0) return {};
    const input = queryStructureOf(operation.input, dialect)(formTree(form)) as object;
    const told = membersOfUrl(operation, request);
    return told === undefined ? input : { ...told, ...input };
  },

  encode: (operation, output, requestId) => {
    const { name, service } = operation;
    // SQS's model has no wrappers, since it describes the JSON protocol; over Query it has them like everybody else.
    const wrapper = operation.resultWrapper ?? `${name}Result`;
    const result =
      operation.output === undefined
        ? ''
        : wrapXml(layout, wrapper, xmlMembersOf(operation.output, layout)(output ?? {}, '    '), '  ');
    const metadata = wrapXml(layout, 'ResponseMetadata', `    <RequestId>${requestId}</RequestId>\n`, '  ');
    return response(200, wrapXml(layout, `${name}Response`, result + metadata, '', namespaceOf(service)), requestId);
  },

  encodeFault: (service, _operation, fault, requestId) => {
    const { code, status, receiver, message, common, shape } = wireFault(service, 'query', fault);
    if (common?.bodiless) return { ...response(status, '', requestId), body: '' };
    const error =
      `    <Type>${receiver ? 'Receiver' : 'Sender'}</Type>\n` +
      `    <Code>${escapeXml(code)}</Code>\n` +
      (message === '' ? '' : `    <Message>${escapeXml(message)}</Message>\n`) +
      (shape !== undefined && fault.members !== undefined ? xmlMembersOf(shape, layout)(fault.members, '    ') : '');
    const content = `${wrapXml(layout, 'Error', error, '  ')}  <RequestId>${requestId}</RequestId>\n`;
    const namespace = common?.frontEnd ? xmlns({ uri: FRONT_END_NAMESPACE }) : namespaceOf(service);
    return response(status, wrapXml(layout, 'ErrorResponse', content, '', namespace), requestId);
  },
};

/** What a request says by the URL that it goes to: a queue's own stands for its QueueUrl. */
const membersOfUrl = ({ input, service: { pathMember } }: OperationModel, request: HttpRequest): object | undefined => {
  if (pathMember === undefined || request.path === '/') return undefined;
  if (!input.members.some(({ name }) => name === pathMember)) return undefined;
  const { path, secure, headers } = request;
  return { [pathMember]: `${secure ? 'https' : 'http'}://${headers.host ?? ''}${path.replace(/\/$/, '')}` };
};

const dialect = queryDialect('query');
const layout = xmlLayout('  ');

/** Namespace of errors that are raised before the service sees the request. */
const FRONT_END_NAMESPACE = 'http://webservices.amazon.com/AWSFault/2005-15-09';

const namespaceOf = ({ xmlNamespace }: { readonly xmlNamespace?: string }): string =>
  xmlns(xmlNamespace === undefined ? undefined : { uri: xmlNamespace });

const response = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: { 'x-amzn-RequestId': requestId, 'Content-Type': 'text/xml' },
  body,
});
