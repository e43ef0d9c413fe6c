import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP address that stands for another one, as a virtual IP or a proxy does: where it leads to can be changed. */
export class Address {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  #target: number;
  readonly port: number;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as { port: number }).port;
    server.on('connection', (client) => this.#forward(client));
  }

  /** @param target a port of 127.0.0.1 */
  static async of(target: number): Promise<Address> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Address(server, target);
  }

  /** Cuts every connection; new ones go to the new target. */
  pointTo(target: number): void {
    this.#target = target;
    for (const connection of this.#connections) connection.destroy();
  }

  close(): void {
    this.pointTo(0);
    this.#server.close();
  }

  #forward(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#connections.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#connections.delete(from);
        to.destroy();
      });
    }
  }
}
