import type { Socket } from 'node:net';
import { answerWithinMs } from './engine.ts';

/** Packets of the MySQL protocol on a socket, one conversation at a time. @see MySQL internals: "MySQL Packets" */
export class Packets {
  readonly #socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #sequence = 0;
  #wake: (() => void) | undefined;
  #error: Error | undefined;

  constructor(socket: Socket, sequence = 0) {
    this.#socket = socket;
    this.#sequence = sequence;
    socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('MySQL does not answer.')));
    socket.on('data', this.#receive);
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('MySQL closed the connection.')));
  }

  /** Number of the next packet. */
  get sequence(): number {
    return this.#sequence;
  }

  /** A command begins. @param sequence number of the next packet */
  restart(sequence = 0): void {
    this.#sequence = sequence;
  }

  send(payload: Buffer): void {
    const head = Buffer.alloc(4);
    head.writeUIntLE(payload.length, 0, 3);
    head.writeUInt8(this.#sequence++ & 0xff, 3);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  async receive(): Promise<Buffer> {
    for (;;) {
      if (this.#held.length >= 4) {
        const end = 4 + this.#held.readUIntLE(0, 3);
        if (this.#held.length >= end) {
          this.#sequence = this.#held.readUInt8(3) + 1;
          const payload = this.#held.subarray(4, end);
          this.#held = this.#held.subarray(end);
          return payload;
        }
      }
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets another reader have the socket, and what came of it already: TLS. */
  leave(): void {
    this.#socket.off('data', this.#receive).pause();
    if (this.#held.length > 0) this.#socket.unshift(this.#held);
  }

  readonly #receive = (piece: Buffer): void => {
    this.#held = Buffer.concat([this.#held, piece]);
    this.#wake?.();
  };

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }
}
