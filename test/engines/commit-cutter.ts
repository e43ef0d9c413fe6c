import type { Socket } from 'node:net';
import { Relay } from '../relay.ts';

/** Stands between a store and PostgreSQL, and cuts the connection when it is told to: at the next COMMIT, or at its answer. */
export class CommitCutter extends Relay {
  #cutAt: 'commit' | 'answer' | undefined;
  /** How often it has cut. */
  cuts = 0;

  /** @param at `commit`: it does not get to the server; `answer`: it does, and its answer does not get back */
  cut(at: 'commit' | 'answer'): void {
    this.#cutAt = at;
  }

  protected join(client: Socket, server: Socket): void {
    let isAwaited = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.on('error', end);
      socket.on('close', end);
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
