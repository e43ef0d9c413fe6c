import { Fault, fault } from '../kernel/fault.ts';
import type { Service } from '../kernel/operation.ts';
import { loadModel, type OperationModel, type ProtocolName, type ServiceModel } from '../model/model.ts';
import { absentService } from './absent-service.ts';
import { type HostNames, hostNames } from './host.ts';
import type { HttpRequest } from './http-message.ts';
import { isAwsJson, isForm } from './media-type.ts';
import { awsJson } from './protocols/aws-json.ts';
import { awsQuery } from './protocols/aws-query.ts';
import { ec2Query } from './protocols/ec2-query.ts';
import { parametersOf } from './protocols/form.ts';
import { findRoute, routeOf } from './protocols/http-route.ts';
import type { Protocol } from './protocols/protocol.ts';
import { restJson } from './protocols/rest-json.ts';
import { restXml } from './protocols/rest-xml.ts';
import { findRpcOperation, isRpcV2Cbor, rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';
import { globalRegionOf, globalServices } from './regions.ts';
import { findPresentedCredential } from './request-signature.ts';
import { findScope } from './signature-scope.ts';

/** What a request means: an operation that this server has, in a protocol, in a region. Nothing is verified yet. */
export interface Claim {
  readonly operation: OperationModel;
  readonly protocol: Protocol;
  /** Region of the credential scope; for global services the one region that serves the partition. */
  readonly region: string;
  /** The region that the Host header stands for, where it names one. */
  readonly hostRegion: string | undefined;
}

/** A request that means none: what to say, and in whose words. */
export interface Unclaimed {
  readonly operation?: undefined;
  readonly protocol: Protocol;
  /** The service, as far as it is known; errors of this stage read alike for all services of a protocol. */
  readonly service: ServiceModel;
  readonly fault: Fault;
}

/** A request that names neither a service's operation nor a service: somebody looks around. */
export const nobody = Symbol('no service was named');

/**
 * Finds out what requests mean: by `Smithy-Protocol` and path (CBOR), by `X-Amz-Target` (JSON), by method and path (REST), by
 * `Action` and `Version` in URL or form (Query); and whose it is by Host and credential scope. A service that speaks several
 * protocols is asked in any of them.
 */
export class Claims {
  readonly #region: string;
  readonly #services: readonly ServiceModel[];
  readonly #implemented = new Map<ServiceModel, ReadonlySet<string>>();
  /** By `X-Amz-Target`. */
  readonly #byTarget = new Map<string, readonly [service: ServiceModel, operation: string]>();

  /**
   * @param services what this server implements
   * @param region of requests whose signature names none
   */
  constructor(services: readonly Service[], region: string) {
    this.#region = region;
    this.#services = services.map(({ name }) => loadModel(name));
    for (const { name, operations } of services) {
      const model = loadModel(name);
      this.#implemented.set(model, new Set(operations.map((operation) => operation.name)));
      if (!model.protocols.includes('json')) continue;
      for (const { name: operation } of operations) {
        this.#byTarget.set(`${model.targetPrefix}.${operation}`, [model, operation]);
      }
    }
  }

  /** @returns `nobody` where an operation was not even asked for */
  claim(request: HttpRequest): Claim | Unclaimed | typeof nobody {
    if (isRpcV2Cbor(request.headers)) return this.#claimCbor(request);
    const target = request.headers['x-amz-target'];
    if (target !== undefined) return this.#claimJson(request, target);
    const named = this.#namedBy(request);
    const rest = named.filter((service) => restProtocolOf(service) !== undefined);
    return rest.length > 0 ? this.#claimRest(request, rest) : this.#claimQuery(request, named[0]);
  }

  /** The endpoint prefix in the Host header, where it is one of this server's services. */
  findHostService(request: HttpRequest): string | undefined {
    return this.#serviceOfHost(hostNames(request.headers.host ?? ''))?.endpointPrefix;
  }

  #claimJson(request: HttpRequest, target: string): Claim | Unclaimed {
    const known = this.#byTarget.get(target);
    const operation = known?.[0].findOperation(known[1]);
    if (operation && isAwsJson(request.headers) && request.method === 'POST' && request.path === '/') {
      return this.#claimed(operation, awsJson, request);
    }
    const prefix = target.slice(0, Math.max(target.lastIndexOf('.'), 0));
    const service = this.#services.find(({ targetPrefix }) => targetPrefix === prefix);
    const absent = service ? undefined : this.#absent(request);
    if (absent) return absent;
    const name = target.slice(prefix.length + 1);
    const refusal = service?.findOperation(name) && !operation ? unsupported(service, name) : fault('UnknownOperation');
    return { protocol: awsJson, service: service ?? this.#anyOf(awsJson), fault: refusal };
  }

  #claimCbor(request: HttpRequest): Claim | Unclaimed {
    const speaking = this.#services.filter(({ protocols }) => protocols.includes('smithy-rpc-v2-cbor'));
    for (const service of speaking) {
      const operation = request.method === 'POST' ? findRpcOperation(service, request.path) : undefined;
      if (operation) return this.#claimIfImplemented(operation, rpcV2Cbor, request);
    }
    return { protocol: rpcV2Cbor, service: speaking[0] ?? this.#services[0]!, fault: fault('UnknownOperation') };
  }

  /** @param named services that share a signing name (S3 and S3 Control): the one whose path says more in words has it */
  #claimRest(request: HttpRequest, named: readonly ServiceModel[]): Claim | Unclaimed {
    let found: OperationModel | undefined;
    try {
      for (const service of named) {
        const operation = findRoute(service, request);
        if (operation && (!found || routeOf(operation).order < routeOf(found).order)) found = operation;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { protocol: restProtocolOf(named[0]!)!, service: named[0]!, fault: error };
    }
    if (found) return this.#claimIfImplemented(found, restProtocolOf(found.service)!, request);
    return { protocol: restProtocolOf(named[0]!)!, service: named[0]!, fault: fault('UnknownOperation') };
  }

  #claimQuery(request: HttpRequest, named: ServiceModel | undefined): Claim | Unclaimed | typeof nobody {
    const unclaimed = (refusal: Fault, service = named): Unclaimed => {
      const absent = service ? undefined : this.#absent(request);
      if (absent) return absent;
      const inQuery = isQuery(request) ? (service ? queryProtocolOf(service) : awsQuery) : undefined;
      const protocol = inQuery ?? awsJson;
      return { protocol, service: service ?? this.#anyOf(protocol), fault: refusal };
    };
    if (!isQuery(request)) {
      const isSigned = findPresentedCredential(request) !== undefined || request.headers.authorization !== undefined;
      const protocol = named && queryProtocolOf(named);
      if (request.method === 'POST' && named && protocol) {
        return { protocol, service: named, fault: fault('MissingAction') };
      }
      return isSigned || request.path !== '/' || !isReading(request) ? unclaimed(fault('UnknownOperation')) : nobody;
    }
    try {
      const { Action: action, Version: version = 'NO_VERSION_SPECIFIED' } = parametersOf(request, [
        'Action',
        'Version',
      ]);
      const service = named ?? this.#serviceOfVersion(version, action);
      if (!action) return unclaimed(fault('MissingAction'), service);
      const protocol = service && queryProtocolOf(service);
      const known = protocol && service.findOperation(action);
      const isItsPlace = request.path === '/' || service?.pathMember !== undefined;
      if (known && isItsPlace) return this.#claimIfImplemented(known, protocol, request);
      return unclaimed(unknownAction(action, version, protocol), service);
    } catch (error) {
      if (error instanceof Fault) return unclaimed(error);
      throw error;
    }
  }

  #claimIfImplemented(operation: OperationModel, protocol: Protocol, request: HttpRequest): Claim | Unclaimed {
    const { service, name } = operation;
    if (this.#implemented.get(service)!.has(name)) return this.#claimed(operation, protocol, request);
    return { protocol, service, fault: unsupported(service, name) };
  }

  #claimed(operation: OperationModel, protocol: Protocol, request: HttpRequest): Claim {
    const hostRegion = hostNames(request.headers.host ?? '').region;
    const scope = findScope(findPresentedCredential(request) ?? '');
    const region = scope?.region ?? hostRegion ?? this.#region;
    const isGlobal = globalServices.has(operation.service.signingName);
    return { operation, protocol, region: isGlobal ? globalRegionOf(region) : region, hostRegion };
  }

  /** The services that a request is for: by its Host, else by its credential scope. */
  #namedBy(request: HttpRequest): readonly ServiceModel[] {
    const ofHost = this.#serviceOfHost(hostNames(request.headers.host ?? ''));
    if (ofHost) return [ofHost];
    const scope = findScope(findPresentedCredential(request) ?? '');
    return scope ? this.#services.filter(({ signingName }) => signingName === scope.service) : [];
  }

  #serviceOfHost({ endpointPrefix }: HostNames): ServiceModel | undefined {
    return endpointPrefix === undefined
      ? undefined
      : this.#services.find((service) => service.endpointPrefix === endpointPrefix);
  }

  /** Versions are dates, and two services may share one: then the action decides. */
  #serviceOfVersion(version: string, action: string | undefined): ServiceModel | undefined {
    const candidates = this.#services.filter((service) => service.apiVersion === version && queryProtocolOf(service));
    return candidates.find((service) => action !== undefined && service.findOperation(action)) ?? candidates[0];
  }

  /** A refusal in the name of the service that a request is signed for, where that is none of this server's. */
  #absent(request: HttpRequest): Unclaimed | undefined {
    return this.#namedBy(request).length > 0 ? undefined : absentService(request, (protocol) => this.#anyOf(protocol));
  }

  #anyOf(protocol: Protocol): ServiceModel {
    const name = protocol === awsJson ? 'json' : 'query';
    return this.#services.find(({ protocols }) => protocols.includes(name)) ?? this.#services[0]!;
  }
}

const protocolIn =
  (protocols: Readonly<Partial<Record<ProtocolName, Protocol>>>) =>
  (service: ServiceModel): Protocol | undefined => {
    const name = service.protocols.find((spoken) => protocols[spoken]);
    return name && protocols[name];
  };

const queryProtocolOf = protocolIn({ query: awsQuery, ec2: ec2Query });

const restProtocolOf = protocolIn({ 'rest-json': restJson, 'rest-xml': restXml });

const unknownAction = (action: string, version: string, protocol: Protocol | undefined): Fault => {
  const shown = action.slice(0, 128);
  return fault(
    'UnknownOperation',
    protocol === ec2Query
      ? `The action ${shown} is not valid for this web service.`
      : `Could not find operation ${shown} for version ${version.slice(0, 128)}`,
  );
};

/** A form, or a URL that names an action. */
const isQuery = ({ method, query, headers }: HttpRequest): boolean =>
  method === 'POST' ? isForm(headers) || query.includes('Action=') : method === 'GET' && query !== '';

const isReading = ({ method }: HttpRequest): boolean => method === 'GET' || method === 'HEAD';

const unsupported = (service: ServiceModel, operation: string): Fault =>
  fault('UnknownOperation', `Bulwark does not support ${service.name}:${operation} yet`);
