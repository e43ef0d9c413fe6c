import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { randomUuid } from '../crypto/random.ts';
import { type Caller, type CallSource, serviceCaller } from '../kernel/caller.ts';
import type { Fault } from '../kernel/fault.ts';
import type { Outcome } from '../kernel/invocation.ts';
import type { Pipeline } from '../kernel/pipeline.ts';

/** Credentials of a role as the metadata endpoints give them out. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
  readonly lastUpdated: Date;
}

/** Why a service may not assume the role. */
export interface Unassumable {
  readonly fault: Fault;
}

/** How {@link RoleSession} reaches the rest of the server. */
export interface RoleSessionParts {
  readonly pipeline: Pick<Pipeline, 'run'>;
  readonly now: () => Date;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly region: string;
  /** Who assumes the role, and whom its trust policy must let: `ec2.amazonaws.com`. */
  readonly service: string;
  /** The resource because of which it does; absent: the service names none. */
  readonly source?: CallSource;
}

/** New credentials are given out when the last ones are valid for less than this: before SDKs ask for others. */
const refreshBeforeMs = 20 * 60_000;

/**
 * One role, assumed by a service on behalf of whoever runs on this machine, anew before each session ends. Every
 * AssumeRole passes the pipeline: the trust policy decides and the journal has it.
 */
export class RoleSession {
  readonly #parts: RoleSessionParts;
  readonly #caller: Caller;
  #current: RoleCredentials | undefined;
  #refreshing: Promise<RoleCredentials | Unassumable> | undefined;

  constructor(parts: RoleSessionParts) {
    this.#parts = parts;
    this.#caller = serviceCaller(parts.service, parts.source);
  }

  /** Credentials that are valid for a while yet, the same ones for everybody. */
  get(): Promise<RoleCredentials | Unassumable> | RoleCredentials {
    const remaining = (this.#current?.expiration.getTime() ?? 0) - this.#parts.now().getTime();
    if (this.#current && remaining > refreshBeforeMs) return this.#current;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<RoleCredentials | Unassumable> {
    const outcome = await this.#assume();
    if (outcome.fault) return { fault: outcome.fault };
    const { Credentials: given } = outcome.output as AssumeRoleCommandOutput;
    this.#current = {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
      expiration: given!.Expiration!,
      lastUpdated: this.#parts.now(),
    };
    return this.#current;
  }

  #assume(): Promise<Outcome> {
    const { pipeline, service, region, roleArn, sessionName } = this.#parts;
    return pipeline.run({
      service: 'sts',
      operation: 'AssumeRole',
      region,
      requestId: randomUuid(),
      // It never leaves the process.
      origin: { sourceIp: service, userAgent: service, secure: true },
      authenticate: () => this.#caller,
      decode: () => ({ RoleArn: roleArn, RoleSessionName: sessionName }),
    });
  }
}
