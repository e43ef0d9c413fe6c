import { fault } from '../kernel/fault.ts';
import { findModel, type ProtocolName, type ServiceModel } from '../model/model.ts';
import type { Unclaimed } from './claim.ts';
import type { HttpRequest } from './http-message.ts';
import { isForm } from './media-type.ts';
import { awsJson } from './protocols/aws-json.ts';
import { awsQuery } from './protocols/aws-query.ts';
import { ec2Query } from './protocols/ec2-query.ts';
import type { Protocol } from './protocols/protocol.ts';
import { restJson } from './protocols/rest-json.ts';
import { restXml } from './protocols/rest-xml.ts';
import { rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';
import { findPresentedCredential } from './request-signature.ts';
import { findScope } from './signature-scope.ts';

/**
 * Refuses a request for a service that this server has not, by the name that it is signed for: in the service's own
 * protocol where its model is known, so that its client can read the sentence.
 *
 * @param anyOf some service that speaks a protocol, for errors in the name of a service without model
 * @returns undefined where the request names no service
 */
export const absentService = (
  request: HttpRequest,
  anyOf: (protocol: Protocol) => ServiceModel,
): Unclaimed | undefined => {
  const name = findScope(findPresentedCredential(request) ?? '')?.service;
  if (name === undefined || !/^[a-z0-9-]{1,64}$/.test(name)) return undefined;
  const service = findModel(name);
  const protocol = spokenBy(request, service);
  const refusal = fault('UnknownOperation', `Bulwark does not serve ${name}`);
  return { protocol, service: service ?? anyOf(protocol), fault: refusal };
};

const spokenBy = ({ headers }: HttpRequest, service: ServiceModel | undefined): Protocol => {
  if (headers['x-amz-target'] !== undefined) return awsJson;
  if (service) return protocols[service.protocols[0]!];
  return isForm(headers) ? awsQuery : awsJson;
};

const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  json: awsJson,
  query: awsQuery,
  ec2: ec2Query,
  'rest-json': restJson,
  'rest-xml': restXml,
  'smithy-rpc-v2-cbor': rpcV2Cbor,
};
