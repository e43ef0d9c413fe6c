import { fault } from '../../kernel/fault.ts';
import type { ServiceModel } from '../../model/model.ts';
import type { HttpResponse } from '../http-message.ts';
import { formOf, maxUnsignedParameters } from './form.ts';
import { formTree } from './form-tree.ts';
import type { Protocol } from './protocol.ts';
import { queryDialect, queryStructureOf } from './query-decoder.ts';
import { wireFault } from './wire-fault.ts';
import { wrapXml, xmlLayout, xmlMembersOf, xmlns } from './xml-encoder.ts';
import { escapeXml } from './xml-text.ts';

/** EC2 Query: AWS Query with names and an envelope of its own. @see Smithy: "AWS EC2 query protocol" */
export const ec2Query: Protocol = {
  name: 'ec2-query',

  decode: (operation, request) => {
    const form = formOf(request, operation.unsigned ? maxUnsignedParameters : undefined);
    const version = form.get('Version') ?? '';
    if (version !== operation.service.apiVersion) {
      const shown = version.slice(0, 128);
      throw fault('NoSuchVersion', `The requested version (${shown}) of service AmazonEC2 does not exist`);
    }
    if (operation.input.members.length === 0) return {};
    return queryStructureOf(operation.input, dialect)(formTree(form)) as object;
  },

  encode: ({ name, service, output: shape }, output, requestId) => {
    const members = shape === undefined ? '' : xmlMembersOf(shape, layout)(output ?? {}, '    ');
    const content = `    <requestId>${requestId}</requestId>\n${members}`;
    return response(200, wrapXml(layout, `${name}Response`, content, '', namespaceOf(service)), requestId);
  },

  encodeFault: (service, _operation, fault, requestId) => {
    const { code, status, message, common } = wireFault(service, 'ec2', fault);
    if (common?.bodiless) return { ...response(status, '', requestId), body: '' };
    const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const body = `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
    return response(status, body, requestId);
  },
};

const dialect = queryDialect('ec2');
const layout = xmlLayout('    ');

/** The model has the namespace without the slash that EC2 writes. */
const namespaceOf = ({ apiVersion }: ServiceModel): string =>
  xmlns({ uri: `http://ec2.amazonaws.com/doc/${apiVersion}/` });

const response = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: { 'x-amzn-requestid': requestId, 'Content-Type': 'text/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});
