import { connect, type Socket } from 'node:net';
import type { FuzzRequest } from './requests.ts';

/** How a request ended: with an answer, or with the connection closed and none. */
export interface Reaction {
  /** 0: closed without an answer. */
  readonly status: number;
  readonly text: string;
}

/** A client connection that is kept for as long as the server keeps it, and opened again when it does not. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Sends one request and waits for its answer or the end of the connection.
   *
   * @throws {Error} neither came within `patienceMs`
   */
  send({ bytes, isHead, isLast }: FuzzRequest, patienceMs: number): Promise<Reaction> {
    const socket = this.#opened();
    return new Promise((resolve, reject) => {
      let received = '';
      const settle = (end: () => void): void => {
        clearTimeout(patience);
        socket.off('data', read).off('close', closed);
        end();
      };
      const patience = setTimeout(
        () =>
          settle(() => {
            this.close();
            reject(new Error(`no answer within ${patienceMs} ms; so far: ${received.slice(0, 200)}`));
          }),
        patienceMs,
      );
      const read = (chunk: Buffer): void => {
        received += chunk.toString('latin1');
        // What follows a request whose end is unknown belongs to nothing: only the close ends it.
        const answer = isLast ? undefined : parseAnswer(received, isHead);
        if (!answer) return;
        if (/^connection: close\r$/im.test(received)) this.close();
        settle(() => resolve(answer));
      };
      const closed = (): void => {
        this.#socket = undefined;
        settle(() => resolve(worstOf(received) ?? { status: 0, text: received }));
      };
      socket.on('data', read).on('close', closed);
      if (isLast) socket.end(bytes);
      else socket.write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #opened(): Socket {
    if (this.#socket?.writable) return this.#socket;
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    // A reset is how a server may end what it refused; `close` follows.
    socket.on('error', () => {});
    this.#socket = socket;
    return socket;
  }
}

/** @returns undefined until the answer is whole */
const parseAnswer = (received: string, isHead: boolean): Reaction | undefined => {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const status = Number(received.slice(9, 12));
  if (status < 200) return parseAnswer(received.slice(headEnd + 4), isHead);
  const length = isHead ? 0 : Number(/^content-length: *(\d+)\r$/im.exec(received.slice(0, headEnd + 1))?.[1] ?? 0);
  return received.length < headEnd + 4 + length ? undefined : { status, text: received.slice(0, headEnd + 4 + length) };
};

/** Of several answers on one connection the one with the highest status. */
const worstOf = (received: string): Reaction | undefined => {
  const statuses = [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return statuses.length === 0 ? undefined : { status: Math.max(...statuses), text: received };
};
