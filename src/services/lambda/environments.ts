import { type Fault, fault } from '../../kernel/fault.ts';
import type { Store } from '../../store/store.ts';
import { readPackage } from './code.ts';
import type { Connection } from './connection.ts';
import type { Variables } from './environment.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';
import type { RoleSession, RoleSessions } from './role-session.ts';
import { requireConfined } from './runtime/confinement.ts';
import { bestIsolation } from './runtime/isolation.ts';
import { RuntimeApi } from './runtime/runtime-api.ts';
import { findRuntime } from './runtime/runtimes.ts';
import { Sandbox } from './runtime/sandbox.ts';

/** Execution environments of this process at one time. */
const maxEnvironments = 64;
/** How many of them one function may have. */
export const maxOfOneFunction = 48;
/** How long an execution environment waits for its next event, and how often that is looked at, in milliseconds. */
const idleMs = 300_000;
const reapMs = 1000;
/** The role's session has to last for the longest invocation after this. */
const maxAgeMs = 40 * 60_000;

/** An execution environment of one version. */
export interface Held {
  readonly sandbox: Sandbox;
  readonly key: string;
  readonly bornAt: number;
  busy: boolean;
  /** Since when it waits, by the clock of the server. */
  idleSince: number;
}

/** The execution environments of this process: kept for the next event of the same version, and reaped. */
export class Environments {
  readonly #store: Store;
  readonly #roles: RoleSessions;
  readonly #api = new RuntimeApi();
  readonly #held = new Set<Held>();
  /** Those that are being made. */
  #starting = 0;
  #reaper: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: Store, roles: RoleSessions) {
    this.#store = store;
    this.#roles = roles;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#reaper);
    for (const held of this.#held) this.#drop(held);
    await this.#api.close();
  }

  /** One that waits for an event of this version, or a new one. @throws {Fault} TooManyRequestsException, or it cannot start */
  async obtain(version: VersionRecord, connection: Connection): Promise<Held> {
    const key = keyOf(version);
    const now = connection.now().getTime();
    for (const held of this.#held) {
      if (held.busy) continue;
      if (held.sandbox.dead || now - held.bornAt >= maxAgeMs) this.#drop(held);
      else if (held.key === key && held.sandbox.isWaiting) {
        held.busy = true;
        return held;
      }
    }
    if (this.#held.size + this.#starting >= maxEnvironments) {
      const idle = [...this.#held].find(({ busy }) => !busy);
      if (!idle) throw tooMany('ConcurrentInvocationLimitExceeded');
      this.#drop(idle);
    }
    this.#starting++;
    const sandbox = await this.#start(version, connection).finally(() => this.#starting--);
    const held = { sandbox, key, bornAt: now, busy: true, idleSince: now };
    this.#held.add(held);
    if (this.#closed) this.#drop(held);
    else this.#reaper ??= setInterval(() => this.#reap(connection), reapMs).unref();
    return held;
  }

  /** Gives one back after an event. */
  release(held: Held, { now }: Connection): void {
    held.busy = false;
    held.idleSince = now().getTime();
    if (held.sandbox.dead || !this.#held.has(held)) this.#drop(held);
  }

  /** Ends those that wait for too long. */
  #reap({ now }: Connection): void {
    const before = now().getTime() - idleMs;
    for (const held of this.#held) if (!held.busy && (held.sandbox.dead || held.idleSince <= before)) this.#drop(held);
  }

  #drop(held: Held): void {
    this.#held.delete(held);
    held.sandbox.kill();
  }

  async #start(version: VersionRecord, connection: Connection): Promise<Sandbox> {
    const { url, certificates, log } = connection;
    const arn = functionArn(version);
    const program = findRuntime(version.runtime);
    if (!program) throw fault('InvalidRuntimeException', `This server has no runtime ${version.runtime}.`);
    requireConfined(bestIsolation(), connection.unconfined);
    const session = await this.#roles.assume(connection, version);
    const variables = await this.#roles.open(connection, version, session);
    const archive = await this.#store.transact((tx) => readPackage(tx, version));
    if (!archive) throw fault('ResourceNotFoundException', `Function not found: ${arn}`);
    return Sandbox.start({
      api: this.#api,
      program,
      account: version.account,
      archive,
      variables: { ...variables, ...variablesOf(version, session, url) },
      certificates,
      memoryMb: version.memoryMb,
      tmpMb: version.ephemeralStorageMb,
      timeoutSeconds: version.timeoutSeconds,
      log: (line, requestId) => log(line, { function: arn, requestId }),
    });
  }
}

/** Everything that an execution environment is made of: a change needs another one. */
const keyOf = ({
  account,
  region,
  name,
  version,
  codeId,
  runtime,
  handler,
  role,
  environment,
  ...rest
}: VersionRecord) =>
  JSON.stringify([
    ...[account, region, name, version, codeId, runtime, handler, role, environment],
    ...[rest.memoryMb, rest.timeoutSeconds, rest.ephemeralStorageMb],
  ]);

/** @see Lambda developer guide: "Defined runtime environment variables" */
const variablesOf = (version: VersionRecord, session: RoleSession, url: string): Variables => ({
  _HANDLER: version.handler,
  AWS_REGION: version.region,
  AWS_DEFAULT_REGION: version.region,
  AWS_ENDPOINT_URL: url,
  AWS_EXECUTION_ENV: `AWS_Lambda_${version.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: version.name,
  AWS_LAMBDA_FUNCTION_VERSION: version.version,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${version.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: `${version.modifiedAt.slice(0, 10).replaceAll('-', '/')}/[${version.version}]${version.codeId.replaceAll('-', '')}`,
  AWS_ACCESS_KEY_ID: session.accessKeyId,
  AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
  AWS_SESSION_TOKEN: session.sessionToken,
});

/** @param Reason Lambda's ThrottleReason */
export const tooMany = (Reason: string): Fault =>
  fault('TooManyRequestsException', 'Rate Exceeded.', { members: { Reason, Type: 'User' } });
