import type { Identities } from '../../kernel/caller.ts';
import { fault } from '../../kernel/fault.ts';
import type { Store } from '../../store/store.ts';
import type { Connection } from './connection.ts';
import { Environments, maxOfOneFunction, tooMany } from './environments.ts';
import { functionArn } from './function-names.ts';
import type { VersionRecord } from './function-record.ts';
import { RoleSessions } from './role-session.ts';
import { removeAbandoned } from './runtime/abandoned.ts';
import type { Finished } from './runtime/sandbox.ts';

/** One invocation. */
export interface Invocation {
  readonly requestId: string;
  readonly version: VersionRecord;
  /** ARN that was invoked, with its qualifier. */
  readonly arn: string;
  readonly payload: string;
  readonly clientContext?: string | undefined;
  /** Most executions at one time, in this process. */
  readonly most: Concurrency;
}

/** How many executions there may be at one time. */
export interface Concurrency {
  /** Of the function; absent: as many as the account has left. */
  readonly reserved?: number | undefined;
  /** Of the account in the Region. */
  readonly account: number;
}

/** Runs functions in execution environments, which are kept for the next invocation of the same version. */
export class Invoker {
  readonly roles: RoleSessions;
  readonly #environments: Environments;
  /** Executions under way or about to start, by function and by account and Region. */
  readonly #running = new Map<string, number>();
  #connection: Connection | undefined;
  #closed = false;

  constructor(store: Store, identities: Identities) {
    this.roles = new RoleSessions(identities);
    this.#environments = new Environments(store, this.roles);
  }

  /** Says how the server is reached; before that nothing can be invoked. */
  connect(connection: Connection): void {
    this.#connection = connection;
    removeAbandoned();
  }

  /** The connection. @throws {Fault} ServiceException: not yet */
  get connection(): Connection {
    if (this.#connection) return this.#connection;
    throw fault('ServiceException', 'The service is not ready yet.', { members: { Type: 'Service' } });
  }

  /** Ends all functions that run. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#environments.close();
  }

  /**
   * Runs a function to its end.
   *
   * @throws {Fault} it could not be started, or the server stops: TooManyRequestsException, AccessDenied, KMS…Exception,
   *   ServiceException
   */
  async run(invocation: Invocation): Promise<Finished> {
    const { requestId, version, arn, payload, clientContext, most } = invocation;
    const { account, region } = version;
    const end = this.#begin(functionArn(version), `${account} ${region}`, most);
    try {
      const held = await this.#environments.obtain(version, this.connection);
      const finished = await held.sandbox.run({ requestId, payload, clientContext, functionArn: arn });
      this.#environments.release(held, this.connection);
      // Not its own fault: whoever asked may ask the next server.
      if (this.#closed && finished.isError) throw stopping();
      return finished;
    } finally {
      end();
    }
  }

  /** Counts an execution. @returns to be called when it is over @throws {Fault} TooManyRequestsException, ServiceException */
  #begin(arn: string, place: string, { reserved, account }: Concurrency): () => void {
    if (this.#closed) throw stopping();
    const running = (of: string): number => this.#running.get(of) ?? 0;
    if (reserved !== undefined && running(arn) >= reserved) {
      throw tooMany('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    // One function alone does not take everything: others go on being answered.
    if (running(place) >= account || running(arn) >= maxOfOneFunction) {
      throw tooMany('ConcurrentInvocationLimitExceeded');
    }
    const counted = [arn, place];
    for (const each of counted) this.#running.set(each, running(each) + 1);
    return () => {
      for (const each of counted) {
        if (running(each) > 1) this.#running.set(each, running(each) - 1);
        else this.#running.delete(each);
      }
    };
  }
}

const stopping = () => fault('ServiceException', 'The server stops.', { members: { Type: 'Service' } });
