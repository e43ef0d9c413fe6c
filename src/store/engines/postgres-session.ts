import { Client, DatabaseError, type QueryResult } from 'pg';
import { reasonOf } from './postgres-refusal.ts';

/** What every connection is called, for whoever looks at the server. */
export const sessionName = 'bulwark';

/** The connection was lost, or cannot be made. What was sent last may have happened. */
export class SessionLost extends Error {
  /** Whether the statements were sent at all. */
  readonly sent: boolean;
  constructor(sent: boolean, cause: unknown) {
    super(`no connection to the database: ${reasonOf(cause)}`, { cause });
    this.sent = sent;
  }
}

const connectTimeoutMs = 5000;
/** Beyond the server's own limit, so that a server that is gone without a word is noticed too. */
const answerTimeoutMs = 20_000;

/**
 * Limits that the server holds this session to. A process that stops in the middle of a transaction, holding the lock
 * that every writer needs, loses its session and with it the lock.
 */
const limits = 'SET statement_timeout = 15000; SET idle_in_transaction_session_timeout = 5000';
/** Of a session that holds no lock, and may wait for whoever takes what it reads. */
const patientLimits = 'SET statement_timeout = 15000; SET idle_in_transaction_session_timeout = 0';

/**
 * One connection to a PostgreSQL server, made when it is needed and again after it was lost. Calls of a transaction come one
 * at a time; others may come together. A session for one long transaction is not made again: what came after would be
 * outside of it.
 *
 * Statements go as text, several in one message, so that a whole batch takes two round trips: so their values are written
 * into them, and only what `postgres-sql.ts` writes may stand there.
 */
export class Session {
  readonly #url: string;
  readonly #once: boolean;
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  /** Ends when whoever asked last has been answered: the driver takes one question at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #made = false;

  /** @param once for one transaction that may take long */
  constructor(url: string, { once = false }: { readonly once?: boolean } = {}) {
    this.#url = url;
    this.#once = once;
  }

  /**
   * Runs statements separated by semicolons.
   *
   * @returns the result of each
   * @throws {DatabaseError} a statement was refused; the ones after it were not run
   * @throws {SessionLost}
   */
  async run(statements: string): Promise<readonly QueryResult[]> {
    const client = await this.#connected();
    const answer = this.#turn.then(() => this.#ask(client, statements));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  async #ask(client: Client, statements: string): Promise<readonly QueryResult[]> {
    if (this.#client !== client) throw new SessionLost(false, 'it was lost');
    try {
      const results = (await client.query(statements)) as unknown as QueryResult | QueryResult[];
      return Array.isArray(results) ? results : [results];
    } catch (error) {
      if (error instanceof DatabaseError && !endsSession(error)) throw error;
      this.#drop(client);
      throw new SessionLost(true, error);
    }
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    // INVARIANT: one at a time: nobody would know of another one, and close it.
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Client> {
    if (this.#once && this.#made) throw new SessionLost(false, 'it was lost');
    this.#made = true;
    const client = new Client({
      connectionString: verified(this.#url),
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
      application_name: sessionName,
    });
    client.on('error', () => this.#drop(client));
    try {
      await client.connect();
      await client.query(this.#once ? patientLimits : limits);
      // A server may be set up to acknowledge before it has written; stricter settings than `on` stay.
      const { rows } = await client.query<{ synchronous_commit: string }>('SHOW synchronous_commit');
      if (rows[0]?.synchronous_commit === 'off') await client.query('SET synchronous_commit = on');
    } catch (error) {
      this.#drop(client);
      throw new SessionLost(false, error);
    }
    this.#client = client;
    return client;
  }

  #drop(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    // Not `end`, which waits for a server that may never answer.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/**
 * The same place, with the certificate and the name of the server verified wherever TLS is asked for: so the driver takes all
 * of these words, and warns of those that mean less to other programs.
 */
const verified = (url: string): string =>
  url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|#|$)/g, '$1verify-full');

/** Classes 08 (connection), 57P (shutdown) and 25P03 (the transaction was idle for too long) end with the connection. */
const endsSession = ({ code = '' }: DatabaseError): boolean =>
  code.startsWith('08') || code.startsWith('57P') || code === '25P03';
