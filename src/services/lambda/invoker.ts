import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { randomUuid } from '../../crypto/random.ts';
import type { Caller, Identities } from '../../kernel/caller.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { Outcome } from '../../kernel/invocation.ts';
import type { Pipeline } from '../../kernel/pipeline.ts';
import type { Store } from '../../store/store.ts';
import { readPackage } from './code.ts';
import { environmentContext, undecipherable, type Variables } from './environment.ts';
import { lambdaCaller, lambdaPrincipal, unassumable } from './execution-role.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';
import { bestIsolation } from './runtime/isolation.ts';
import { RuntimeApi } from './runtime/runtime-api.ts';
import { findRuntime } from './runtime/runtimes.ts';
import { type Finished, Sandbox } from './runtime/sandbox.ts';

/** How functions reach the server that runs them. */
export interface Connection {
  readonly pipeline: Pick<Pipeline, 'run'>;
  /** Where their SDKs find this server. */
  readonly url: string;
  /** PEM certificates that vouch for it, where it serves HTTPS. */
  readonly certificates?: string | undefined;
  readonly now: () => Date;
  /** Gets what functions write, line by line. */
  readonly log: (line: string, about: { readonly function: string; readonly requestId: string | undefined }) => void;
}

/** One invocation. */
export interface Invocation {
  readonly requestId: string;
  readonly version: VersionRecord;
  /** ARN that was invoked, with its qualifier. */
  readonly arn: string;
  readonly payload: string;
  readonly clientContext?: string | undefined;
  /** Most executions of the function at one time; absent: as many as there are. */
  readonly reserved?: number | undefined;
}

/** Execution environments of this process at one time, and of those the ones that wait for work. */
const maxSandboxes = 64;
const idleMs = 300_000;
/** The role's session has to last for the longest invocation after this. */
const maxAgeMs = 40 * 60_000;

interface Held {
  readonly sandbox: Sandbox;
  readonly functionArn: string;
  readonly key: string;
  readonly bornAt: number;
  busy: boolean;
  idle?: NodeJS.Timeout;
}

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Runs functions in execution environments, which are kept for the next invocation of the same version. */
export class Invoker {
  readonly #store: Store;
  readonly #identities: Identities;
  readonly #api = new RuntimeApi();
  readonly #held = new Set<Held>();
  /** Executions under way or about to start, by function. */
  readonly #running = new Map<string, number>();
  #connection: Connection | undefined;
  /** Execution environments that are being made. */
  #starting = 0;
  #closed = false;

  constructor(store: Store, identities: Identities) {
    this.#store = store;
    this.#identities = identities;
  }

  /** Says how the server is reached; before that nothing can be invoked. */
  connect(connection: Connection): void {
    this.#connection = connection;
  }

  /** The connection. @throws {Fault} ServiceException: not yet */
  get connection(): Connection {
    if (this.#connection) return this.#connection;
    throw fault('ServiceException', 'The service is not ready yet.', { members: { Type: 'Service' } });
  }

  /** What keeps functions apart on this host. */
  get isolation(): string {
    return bestIsolation().description;
  }

  /** Ends all functions that run. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const held of this.#held) this.#drop(held);
    await this.#api.close();
  }

  /**
   * Runs a function to its end.
   *
   * @throws {Fault} it could not be started: TooManyRequestsException, AccessDenied, KMS…Exception, ServiceException
   */
  async run(invocation: Invocation): Promise<Finished> {
    if (this.#closed) throw fault('ServiceException', 'The server stops.', { members: { Type: 'Service' } });
    const arn = functionArn(invocation.version);
    const running = this.#running.get(arn) ?? 0;
    if (invocation.reserved !== undefined && running >= invocation.reserved) {
      throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.#running.set(arn, running + 1);
    try {
      const held = await this.#obtain(invocation.version);
      const { requestId, payload, clientContext } = invocation;
      const finished = await held.sandbox.run({ requestId, payload, clientContext, functionArn: invocation.arn });
      this.#release(held);
      return finished;
    } finally {
      const rest = this.#running.get(arn)! - 1;
      if (rest > 0) this.#running.set(arn, rest);
      else this.#running.delete(arn);
    }
  }

  async #obtain(version: VersionRecord): Promise<Held> {
    const key = keyOf(version);
    const now = this.connection.now().getTime();
    for (const held of this.#held) {
      if (held.busy || held.key !== key) continue;
      clearTimeout(held.idle);
      if (!held.sandbox.dead && now - held.bornAt < maxAgeMs) {
        held.busy = true;
        return held;
      }
      this.#drop(held);
    }
    if (this.#held.size + this.#starting >= maxSandboxes) {
      const idle = [...this.#held].find(({ busy }) => !busy);
      if (!idle) throw tooMany('ConcurrentInvocationLimitExceeded');
      this.#drop(idle);
    }
    this.#starting++;
    const started = await this.#start(version).finally(() => this.#starting--);
    const held = { ...started, key, bornAt: now, busy: true };
    this.#held.add(held);
    if (this.#closed) this.#drop(held);
    return held;
  }

  #release(held: Held): void {
    held.busy = false;
    if (held.sandbox.dead || !this.#held.has(held)) this.#drop(held);
    else {
      held.idle = setTimeout(() => this.#drop(held), idleMs);
      held.idle.unref();
    }
  }

  #drop(held: Held): void {
    clearTimeout(held.idle);
    this.#held.delete(held);
    held.sandbox.kill();
  }

  async #start(version: VersionRecord): Promise<Pick<Held, 'sandbox' | 'functionArn'>> {
    const { url, certificates, log } = this.connection;
    const arn = functionArn(version);
    const program = findRuntime(version.runtime);
    if (!program) throw fault('InvalidRuntimeException', `This server has no runtime ${version.runtime}.`);
    const session = await this.#assume(version, arn);
    const variables = await this.#open(version, session);
    const archive = await this.#store.transact((tx) => readPackage(tx, version));
    if (!archive) throw fault('ResourceNotFoundException', `Function not found: ${arn}`);
    const sandbox = await Sandbox.start({
      api: this.#api,
      program,
      archive,
      variables: { ...variables, ...variablesOf(version, session, url) },
      certificates,
      memoryMb: version.memoryMb,
      tmpMb: version.ephemeralStorageMb,
      timeoutSeconds: version.timeoutSeconds,
      log: (line, requestId) => log(line, { function: arn, requestId }),
    });
    return { sandbox, functionArn: arn };
  }

  /** Credentials of the execution role, as its trust policy lets Lambda have them. @throws {Fault} AccessDenied */
  async #assume({ role, name, account, region }: VersionRecord, arn: string): Promise<Session> {
    const caller = lambdaCaller({ arn, account });
    const outcome = await this.#ask('sts', 'AssumeRole', region, () => caller, {
      RoleArn: role,
      RoleSessionName: name,
    });
    if (outcome.fault) throw unassumable('AccessDenied');
    const { Credentials: given } = outcome.output as AssumeRoleCommandOutput;
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
  }

  /** The function's variables, decrypted as its role. @throws {Fault} KMS…Exception */
  async #open(version: VersionRecord, { accessKeyId, sessionToken }: Session): Promise<Variables> {
    if (version.environment === undefined) return {};
    const input = {
      CiphertextBlob: Buffer.from(version.environment, 'base64'),
      EncryptionContext: environmentContext(version),
    };
    const outcome = await this.#ask(
      'kms',
      'Decrypt',
      version.region,
      (tx, now) => this.#identities.findCredential(tx, accessKeyId, sessionToken, now)!.caller,
      input,
      [lambdaPrincipal],
    );
    if (outcome.fault) throw undecipherable(outcome.fault);
    return JSON.parse(Buffer.from((outcome.output as { Plaintext: Uint8Array }).Plaintext).toString()) as Variables;
  }

  #ask(
    service: string,
    operation: string,
    region: string,
    authenticate: Parameters<Pipeline['run']>[0]['authenticate'],
    input: object,
    via?: readonly string[],
  ): Promise<Outcome> {
    return this.connection.pipeline.run({
      service,
      operation,
      region,
      requestId: randomUuid(),
      // It never leaves the process.
      origin: { sourceIp: lambdaPrincipal, userAgent: lambdaPrincipal, secure: true },
      authenticate: (tx, now): Caller => authenticate(tx, now),
      decode: () => input,
      ...(via && { via }),
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
const variablesOf = (version: VersionRecord, session: Session, url: string): Variables => ({
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

const tooMany = (Reason: string): Fault =>
  fault('TooManyRequestsException', 'Rate Exceeded.', { members: { Reason, Type: 'User' } });
