import { isIPv6 } from 'node:net';

/** What one client has in use. */
export interface Client {
  readonly name: string;
  connections: number;
  /** Memory of what its requests have sent that have not arrived whole, as the listener's budget counts it. */
  arrivingBytes: number;
}

/** Connections by client, so that no single one takes all there are. */
export class Clients {
  readonly #maxConnections: number;
  readonly #clients = new Map<string, Client>();

  /** @param maxConnections of one client */
  constructor(maxConnections: number) {
    this.#maxConnections = maxConnections;
  }

  /** Counts a new connection. @returns undefined where its client has as many as it may */
  admit(address: string): Client | undefined {
    const name = clientOf(address);
    const client = this.#clients.get(name) ?? { name, connections: 0, arrivingBytes: 0 };
    if (client.connections >= this.#maxConnections) return undefined;
    client.connections++;
    this.#clients.set(name, client);
    return client;
  }

  /** A connection that was admitted ended. */
  leave(client: Client): void {
    client.connections--;
    if (client.connections === 0) this.#clients.delete(client.name);
  }

  /** Clients with a connection. */
  get size(): number {
    return this.#clients.size;
  }
}

/** Who an address belongs to: an IPv4 address is one client; of IPv6 a whole /64 is, since one host may use all of it. */
export const clientOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [head, tail] = address.split('%', 1)[0]!.split('::') as [string, string?];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(Math.max(0, zeros)).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
};
