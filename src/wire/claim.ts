import { Fault, fault } from '../kernel/fault.ts';
import type { Service } from '../kernel/operation.ts';
import { loadModel, type OperationModel, type ServiceModel } from '../model/model.ts';
import { type HostNames, hostNames } from './host.ts';
import type { HttpRequest } from './http-message.ts';
import { awsJson } from './protocols/aws-json.ts';
import { awsQuery } from './protocols/aws-query.ts';
import { formOf } from './protocols/form.ts';
import type { Protocol } from './protocols/protocol.ts';
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
 * Finds out what requests mean: by `X-Amz-Target` (JSON), by `Action` and `Version` in URL or form (Query), and whose it
 * is by Host and credential scope.
 */
export class Claims {
  readonly #region: string;
  readonly #services: readonly ServiceModel[];
  readonly #implemented = new Map<ServiceModel, ReadonlySet<string>>();
  readonly #byTarget = new Map<string, OperationModel>();

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
      if (!speaks(model, awsJson)) continue;
      for (const operation of operations) {
        const known = model.findOperation(operation.name);
        if (known) this.#byTarget.set(`${model.targetPrefix}.${operation.name}`, known);
      }
    }
  }

  /** @returns `nobody` where an operation was not even asked for */
  claim(request: HttpRequest): Claim | Unclaimed | typeof nobody {
    const target = request.headers['x-amz-target'];
    return target === undefined ? this.#claimQuery(request) : this.#claimJson(request, target);
  }

  /** The endpoint prefix in the Host header, where it is one of this server's services. */
  findHostService(request: HttpRequest): string | undefined {
    return this.#serviceOfHost(hostNames(request.headers.host ?? ''))?.endpointPrefix;
  }

  #claimJson(request: HttpRequest, target: string): Claim | Unclaimed {
    const operation = this.#byTarget.get(target);
    const isJson = request.headers['content-type']?.startsWith('application/x-amz-json-1.');
    if (operation && isJson && request.method === 'POST' && request.path === '/') {
      return this.#claimed(operation, awsJson, request);
    }
    const prefix = target.slice(0, Math.max(target.lastIndexOf('.'), 0));
    const service = this.#services.find(({ targetPrefix }) => targetPrefix === prefix);
    const name = target.slice(prefix.length + 1);
    const refusal = service?.findOperation(name) && !operation ? unsupported(service, name) : fault('UnknownOperation');
    return { protocol: awsJson, service: service ?? this.#anyOf(awsJson), fault: refusal };
  }

  #claimQuery(request: HttpRequest): Claim | Unclaimed | typeof nobody {
    const host = hostNames(request.headers.host ?? '');
    const scope = findScope(findPresentedCredential(request) ?? '');
    const named = this.#serviceOfHost(host) ?? this.#services.find(({ signingName }) => signingName === scope?.service);
    const unclaimed = (refusal: Fault, service = named): Unclaimed => {
      const protocol = service && !speaks(service, awsQuery) ? awsJson : isQuery(request) ? awsQuery : awsJson;
      return { protocol, service: service ?? this.#anyOf(protocol), fault: refusal };
    };
    if (!isQuery(request)) {
      const isSigned = scope !== undefined || request.headers.authorization !== undefined;
      if (request.method === 'POST' && named && speaks(named, awsQuery)) {
        return { protocol: awsQuery, service: named, fault: fault('MissingAction') };
      }
      return isSigned || request.path !== '/' || !isReading(request) ? unclaimed(fault('UnknownOperation')) : nobody;
    }
    try {
      const form = formOf(request);
      const action = form.get('Action');
      const version = form.get('Version') ?? 'NO_VERSION_SPECIFIED';
      const service = named ?? this.#serviceOfVersion(version, action);
      if (!action) return unclaimed(fault('MissingAction'), service);
      const known = service && speaks(service, awsQuery) ? service.findOperation(action) : undefined;
      if (!service || !known || request.path !== '/') {
        const shown = `${action.slice(0, 128)} for version ${version.slice(0, 128)}`;
        return unclaimed(fault('UnknownOperation', `Could not find operation ${shown}`), service);
      }
      if (!this.#implemented.get(service)!.has(action)) return unclaimed(unsupported(service, action), service);
      return this.#claimed(known, awsQuery, request);
    } catch (error) {
      if (error instanceof Fault) return unclaimed(error);
      throw error;
    }
  }

  #claimed(operation: OperationModel, protocol: Protocol, request: HttpRequest): Claim {
    const hostRegion = hostNames(request.headers.host ?? '').region;
    const scope = findScope(findPresentedCredential(request) ?? '');
    const region = scope?.region ?? hostRegion ?? this.#region;
    const isGlobal = globalServices.has(operation.service.signingName);
    return { operation, protocol, region: isGlobal ? globalRegionOf(region) : region, hostRegion };
  }

  #serviceOfHost({ endpointPrefix }: HostNames): ServiceModel | undefined {
    return endpointPrefix === undefined
      ? undefined
      : this.#services.find((service) => service.endpointPrefix === endpointPrefix);
  }

  /** Versions are dates, and two services may share one: then the action decides. */
  #serviceOfVersion(version: string, action: string | undefined): ServiceModel | undefined {
    const candidates = this.#services.filter((service) => service.apiVersion === version && speaks(service, awsQuery));
    return candidates.find((service) => action !== undefined && service.findOperation(action)) ?? candidates[0];
  }

  #anyOf(protocol: Protocol): ServiceModel {
    return this.#services.find((service) => speaks(service, protocol)) ?? this.#services[0]!;
  }
}

const speaks = ({ protocols }: ServiceModel, protocol: Protocol): boolean =>
  protocols.includes(protocol === awsJson ? 'json' : 'query');

/** A form, or a URL that names an action. */
const isQuery = ({ method, query, headers }: HttpRequest): boolean =>
  method === 'POST'
    ? headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true || query.includes('Action=')
    : method === 'GET' && query !== '';

const isReading = ({ method }: HttpRequest): boolean => method === 'GET' || method === 'HEAD';

const unsupported = (service: ServiceModel, operation: string): Fault =>
  fault('UnknownOperation', `Bulwark does not support ${service.name}:${operation} yet`);
