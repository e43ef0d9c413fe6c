import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a store and PostgreSQL, and cuts the connection when it is told to: at the next COMMIT, or at its answer. */
export class CommitCutter {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #cutAt: 'commit' | 'answer' | undefined;
  /** How often it has cut. */
  cuts = 0;

  private constructor(listener: Server) {
    this.#listener = listener;
  }

  /** @param port of the server, on 127.0.0.1 */
  static async to(port: number): Promise<CommitCutter> {
    const listener = createServer();
    const cutter = new CommitCutter(listener);
    listener.on('connection', (client) => cutter.#join(client, connect({ port, host: '127.0.0.1' })));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return cutter;
  }

  get port(): number {
    return (this.#listener.address() as { port: number }).port;
  }

  /** @param at `commit`: it does not get to the server; `answer`: it does, and its answer does not get back */
  cut(at: 'commit' | 'answer'): void {
    this.#cutAt = at;
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    let isAwaited = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    const strike = (): void => {
      this.#cutAt = undefined;
      this.cuts++;
      end();
    };
    client.on('data', (piece: Buffer) => {
      // The text of a query ends with a zero.
      const commits = this.#cutAt !== undefined && piece.includes('; COMMIT\0');
      if (commits && this.#cutAt === 'commit') return strike();
      isAwaited = commits;
      server.write(piece);
    });
    server.on('data', (piece: Buffer) => {
      if (isAwaited) strike();
      else client.write(piece);
    });
  }
}
