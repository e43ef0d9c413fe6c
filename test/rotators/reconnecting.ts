import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSecret } from '../../src/rotators/engines/engine.ts';

/** A login that did not succeed. */
export interface FailedLogin {
  readonly error: Error;
  /** When the client began to read its credentials, and when the database had refused them: `performance.now()`. */
  readonly readAt: number;
  readonly failedAt: number;
}

/** How long a client rests between two logins, in milliseconds. */
const restMs = 5;

/** Clients that read the current secret and log in with it, over and over. */
export class Reconnecting {
  readonly failed: FailedLogin[] = [];
  logins = 0;
  /** Attempts that each client has ended. */
  readonly #turns: number[];
  readonly #clients: Promise<unknown>;
  #ended: (() => void)[] = [];
  #stopped = false;

  /** @param logIn rejects where the database does not let the client in, or not do its work */
  constructor(clients: number, read: () => Promise<DatabaseSecret>, logIn: (secret: DatabaseSecret) => Promise<void>) {
    this.#turns = Array.from({ length: clients }, () => 0);
    this.#clients = Promise.all(this.#turns.map((_, client) => this.#reconnect(client, read, logIn)));
    // Whoever stops them learns of it.
    this.#clients.catch(() => {});
  }

  /** Resolves when every client has ended the attempt under way: whatever it read before, it uses no more. */
  async turn(): Promise<void> {
    const before = [...this.#turns];
    while (!this.#stopped && this.#turns.some((turns, client) => turns === before[client])) {
      await Promise.race([this.#clients, new Promise<void>((resolve) => this.#ended.push(resolve))]);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#clients;
  }

  async #reconnect(
    client: number,
    read: () => Promise<DatabaseSecret>,
    logIn: (secret: DatabaseSecret) => Promise<void>,
  ): Promise<void> {
    for (; !this.#stopped; await sleep(restMs)) {
      const readAt = performance.now();
      const secret = await read();
      try {
        await logIn(secret);
        this.logins++;
      } catch (error) {
        this.failed.push({ error: error as Error, readAt, failedAt: performance.now() });
      }
      this.#turns[client]!++;
      for (const ended of this.#ended.splice(0)) ended();
    }
  }
}
