import type { HttpServer } from './http-server.ts';

/** What a server listens for: AWS's APIs, its metrics, its instance metadata. */
export type ListenerName = 'api' | 'metrics' | 'metadata';

/**
 * Has a listener's connections served from now on.
 *
 * @param port to listen on, 0 for a free one; not looked at where another process accepts the connections
 * @returns the port
 * @throws {Error} the address is in use or not ours
 */
export type Acceptor = (listener: ListenerName, server: HttpServer, port: number, host: string) => Promise<number>;

/** Listens in this process. */
export const listening: Acceptor = async (_listener, server, port, host) => (await server.listen(port, host)).port;
