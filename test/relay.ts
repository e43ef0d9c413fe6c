import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server on 127.0.0.1: what each side says, and what becomes of it, is for the kind of relay. */
export abstract class Relay {
  readonly #listener = createServer();
  readonly #sockets = new Set<Socket>();

  /** Passes on what two ends say. */
  protected abstract join(client: Socket, server: Socket): void;

  get port(): number {
    return (this.#listener.address() as { port: number }).port;
  }

  /** Begins to take clients. @param port of the server */
  async to(port: number): Promise<this> {
    this.#listener.on('connection', (client) => {
      const server = connect({ port, host: '127.0.0.1' });
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on('close', () => this.#sockets.delete(socket));
      }
      this.join(client, server);
    });
    this.#listener.listen(0, '127.0.0.1');
    await once(this.#listener, 'listening');
    return this;
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
