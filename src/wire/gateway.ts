import { randomUuid } from '../crypto/random.ts';
import type { Origin } from '../kernel/call.ts';
import type { Caller, Identities } from '../kernel/caller.ts';
import { fault } from '../kernel/fault.ts';
import type { Invocation, Outcome, Stage } from '../kernel/invocation.ts';
import type { Service } from '../kernel/operation.ts';
import { type AdminRoutes, adminPrefix, runAdmin } from './admin.ts';
import { type Claim, Claims, nobody } from './claim.ts';
import type { GatewayObserver, ObservedRequest, StageTrace } from './gateway-observer.ts';
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
  readonly observer?: GatewayObserver;
}

/** Turns requests into invocations of the pipeline and their outcomes into answers: claim → run (authenticate, decode) → encode. */
export const createGateway = (parts: GatewayParts): Handler => {
  const claims = new Claims(parts.services, parts.region);
  const serviceNames = parts.services.map(({ name }) => name);

  return (request, origin, overloaded) => {
    const requestId = randomUuid();
    if (request.path.startsWith(adminPrefix)) return runAdmin(parts.admin, request, requestId);
    const claim = claims.claim(request);
    if (claim === nobody) return landing(request, claims.findHostService(request), serviceNames, requestId);
    if (!claim.operation) {
      parts.observer?.unclaimed({ service: claim.service.name, requestId, origin }, claim.fault.code);
      return claim.protocol.encodeFault(claim.service, undefined, claim.fault, requestId);
    }
    const invocation = new ClaimedInvocation(parts, claim, request, origin, requestId);
    if (overloaded) return encode(claim, invocation, tooMany, parts);
    return parts.pipeline.run(invocation).then(
      (outcome) => encode(claim, invocation, outcome, parts),
      (error: unknown) => encodeBug(claim, invocation, error, parts),
    );
  };
};

/** One claimed request as the pipeline pulls it. */
class ClaimedInvocation implements Invocation, ObservedRequest {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly requestId: string;
  readonly origin: Origin;
  readonly startedAt = performance.now();
  readonly trace: StageTrace | undefined;
  caller: Caller | undefined;
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
    this.trace = parts.observer?.trace?.(request);
  }

  authenticate(...[tx, now]: Parameters<Invocation['authenticate']>): Caller {
    const { operation, hostRegion } = this.#claim;
    this.caller = operation.unsigned ? anonymous : undefined;
    if (this.caller) return this.caller;
    const { identities, trustUnknown, region } = this.#parts;
    this.caller = verifySignature(this.#request, {
      service: operation.service.signingName,
      acceptsRegion: (scoped) =>
        trustUnknown !== undefined ||
        (hostRegion ? scoped === hostRegion : scoped === region || isPublicRegion(scoped)),
      now: Date.now(),
      findCredential: (accessKeyId, sessionToken) => identities.findCredential(tx, accessKeyId, sessionToken, now),
      ...(trustUnknown && { trustUnknown }),
    });
    return this.caller;
  }

  decode(): object {
    return this.#claim.protocol.decode(this.#claim.operation, this.#request);
  }

  reached(stage: Stage): void {
    this.trace?.reached(stage);
  }
}

/** Who asks where AWS wants no signature. */
const anonymous: Caller = { kind: 'anonymous', account: '', arn: '*', userId: '' };

/** How a request ends that the listener has no room for. */
const tooMany: Outcome = { fault: fault('Throttling', 'Rate exceeded') };

const encode = (claim: Claim, invocation: ClaimedInvocation, outcome: Outcome, parts: GatewayParts): HttpResponse => {
  const { operation, protocol } = claim;
  try {
    const answer = outcome.fault
      ? protocol.encodeFault(operation.service, operation, outcome.fault, invocation.requestId)
      : protocol.encode(operation, outcome.output, invocation.requestId);
    parts.observer?.finished(invocation, outcome.fault?.code);
    return answer;
  } catch (error) {
    return encodeBug(claim, invocation, error, parts);
  }
};

const encodeBug = (
  { operation, protocol }: Claim,
  invocation: ClaimedInvocation,
  error: unknown,
  parts: GatewayParts,
): HttpResponse => {
  const { requestId } = invocation;
  parts.report(error, requestId);
  const bug = fault('InternalFailure');
  parts.observer?.finished(invocation, bug.code);
  return protocol.encodeFault(operation.service, operation, bug, requestId);
};
