import type { Socket } from 'node:net';
import { Relay } from '../relay.ts';

/**
 * Stands between a server and a database, and passes on what they say. It counts, and can hold something back and let the
 * server be killed instead: then what was to go to the database has not happened, and what came from it has.
 */
export class MessageProxy extends Relay {
  #seen = 0;
  #holdAt = Number.POSITIVE_INFINITY;
  #strike: () => void = () => {};

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

  protected join(client: Socket, database: Socket): void {
    let speaker: Socket | undefined;
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
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
      from.on('close', () => to.end());
    }
  }
}
