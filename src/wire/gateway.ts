import { randomUUID } from 'node:crypto';
import type { Origin } from '../kernel/call.ts';
import type { Caller, Identities } from '../kernel/caller.ts';
import { fault } from '../kernel/fault.ts';
import type { Service } from '../kernel/operation.ts';
import type { Invocation, Outcome } from '../kernel/pipeline.ts';
import { type AdminRoutes, adminPrefix, runAdmin } from './admin.ts';
import { type Claim, Claims, nobody } from './claim.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import type { Handler } from './http-server.ts';
import { landing } from './landing.ts';
import { isPublicRegion } from './regions.ts';
import { type SignatureRules, verifySignature } from './sigv4.ts';

/** What stands behind the wire. */
export interface GatewayParts {
  readonly services: readonly Service[];
  readonly pipeline: { run(invocation: Invocation): Promise<Outcome> };
  readonly identities: Pick<Identities, 'findCredential'>;
  /** Region of requests whose signature names none; accepted beside AWS's public regions. */
  readonly region: string;
  readonly admin: AdminRoutes;
  /**
   * Open mode: who an access key acts as that `identities` does not know; undefined refuses it. Where this is given, any
   * region and host is accepted. A request without any access key is refused all the same, except operations that AWS
   * takes unsigned.
   */
  readonly trustUnknown?: NonNullable<SignatureRules['trustUnknown']>;
  /** Receives what the pipeline should not have thrown. */
  readonly report: (error: unknown, requestId: string) => void;
}

/** Turns requests into invocations of the pipeline and their outcomes into answers: claim → run (authenticate, decode) → encode. */
export const createGateway = (parts: GatewayParts): Handler => {
  const claims = new Claims(parts.services, parts.region);
  const serviceNames = parts.services.map(({ name }) => name);

  return (request, origin) => {
    const requestId = randomUUID();
    if (request.path.startsWith(adminPrefix)) return runAdmin(parts.admin, request, requestId);
    const claim = claims.claim(request);
    if (claim === nobody) return landing(request, claims.findHostService(request), serviceNames, requestId);
    if (!claim.operation) return claim.protocol.encodeFault(claim.service, undefined, claim.fault, requestId);
    const invocation = new ClaimedInvocation(parts, claim, request, origin, requestId);
    return parts.pipeline.run(invocation).then(
      (outcome) => encode(claim, outcome, requestId, parts),
      (error: unknown) => encodeBug(claim, error, requestId, parts),
    );
  };
};

/** One claimed request as the pipeline pulls it. */
class ClaimedInvocation implements Invocation {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
  readonly origin: Origin;
  readonly #parts: GatewayParts;
  readonly #claim: Claim;
  readonly #request: HttpRequest;

  constructor(parts: GatewayParts, claim: Claim, request: HttpRequest, origin: Origin, requestId: string) {
    this.service = claim.operation.service.name;
    this.operation = claim.operation.name;
    this.region = claim.region;
    this.requestId = requestId;
    this.origin = origin;
    this.#parts = parts;
    this.#claim = claim;
    this.#request = request;
  }

  authenticate(...[tx, now]: Parameters<Invocation['authenticate']>): Caller {
    const { operation, hostRegion } = this.#claim;
    if (operation.unsigned) return anonymous;
    const { identities, trustUnknown, region } = this.#parts;
    return verifySignature(this.#request, {
      service: operation.service.signingName,
      acceptsRegion: (scoped) =>
        trustUnknown !== undefined ||
        (hostRegion ? scoped === hostRegion : scoped === region || isPublicRegion(scoped)),
      now: Date.now(),
      findCredential: (accessKeyId, sessionToken) => identities.findCredential(tx, accessKeyId, sessionToken, now),
      ...(trustUnknown && { trustUnknown }),
    });
  }

  decode(): object {
    return this.#claim.protocol.decode(this.#claim.operation, this.#request);
  }
}

/** Who asks where AWS wants no signature. */
const anonymous: Caller = { kind: 'anonymous', account: '', arn: '*', userId: '' };

const encode = (claim: Claim, outcome: Outcome, requestId: string, parts: GatewayParts): HttpResponse => {
  const { operation, protocol } = claim;
  if (outcome.fault) return protocol.encodeFault(operation.service, operation, outcome.fault, requestId);
  try {
    return protocol.encode(operation, outcome.output, requestId);
  } catch (error) {
    return encodeBug(claim, error, requestId, parts);
  }
};

const encodeBug = (
  { operation, protocol }: Claim,
  error: unknown,
  requestId: string,
  parts: GatewayParts,
): HttpResponse => {
  parts.report(error, requestId);
  return protocol.encodeFault(operation.service, operation, fault('InternalFailure'), requestId);
};
