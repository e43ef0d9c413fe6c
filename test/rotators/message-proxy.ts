import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Stands between a server and a database, and passes on what they say. It counts, and can hold something back and let the
 * server be killed instead: then what was to go to the database has not happened, and what came from it has.
 */
export class MessageProxy {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #seen = 0;
  #holdAt = Number.POSITIVE_INFINITY;
  #strike: () => void = () => {};

  private constructor(listener: Server) {
    this.#listener = listener;
  }

  /** @param port of the database, on 127.0.0.1 */
  static async to(port: number): Promise<MessageProxy> {
    const listener = createServer();
    const proxy = new MessageProxy(listener);
    listener.on('connection', (client) => proxy.#join(client, connect({ port, host: '127.0.0.1' })));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as { port: number }).port;
  }

  /** Turns of the conversation since it was told to count: whatever one side says before the other one does. */
  get seen(): number {
    return this.#seen;
  }

  /** Counts anew. @param holdAt which turn, from 1 on, is held back for good; absent: none */
  count(holdAt = Number.POSITIVE_INFINITY, strike: () => void = () => {}): void {
    this.#seen = 0;
    this.#holdAt = holdAt;
    this.#strike = strike;
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, database: Socket): void {
    let speaker: Socket | undefined;
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (piece: Buffer) => {
        if (speaker !== from) {
          speaker = from;
          this.#seen++;
          if (this.#seen === this.#holdAt) this.#strike();
        }
        if (this.#seen < this.#holdAt) to.write(piece);
      });
      // An end that goes away takes the other one along.
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.end();
      });
    }
  }
}
