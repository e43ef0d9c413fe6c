import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Connections } from '../compose.ts';

/** Between a worker and the process that supervises, over the pipe that the worker was born with. */
type Message =
  /** Supervisor: serve this one; the connection comes with it. */
  | { readonly kind: 'connection'; readonly id: number }
  /** Worker: I have it. */
  | { readonly kind: 'taken'; readonly id: number }
  /** Worker: send me no more. */
  | { readonly kind: 'leaving' }
  /** Supervisor: what you have is all. */
  | { readonly kind: 'left' };

/** So many connections wait where no worker serves; further ones are closed. */
const maxHeld = 1024;
/** A supervisor that takes longer is on its way out, in milliseconds. */
const patienceMs = 1000;

/** What a worker has said may be heard so many milliseconds after its end. */
const lastWordsMs = 50;

/** What the supervisor needs of a worker. */
interface Member {
  send(
    message: Message,
    socket?: Socket,
    options?: { keepOpen: boolean },
    sent?: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: () => void): unknown;
  isConnected(): boolean;
}

/**
 * Accepts connections and deals them out to the workers in turn. A connection stays open here until its worker says that it
 * has it, so that one on its way to a worker that dies goes to the next one. While there is no worker they wait.
 */
export class Dealer {
  readonly #server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => this.#deal(socket));
  /** Those that take connections, the next one first. */
  readonly #members: Member[] = [];
  /** What each was sent and has not taken yet, by the number of the connection. */
  readonly #sent = new Map<Member, Map<number, Socket>>();
  #held: Socket[] = [];
  #dealt = 0;

  /** @throws {Error} the address is in use or not ours */
  listen(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** A worker that serves. */
  join(member: Member): void {
    this.#members.push(member);
    this.#sent.set(member, new Map());
    member.on('message', (said) => {
      if (!isMessage(said)) return;
      if (said.kind === 'taken') this.#taken(member, said.id);
      if (said.kind === 'leaving') {
        this.#remove(member);
        if (member.isConnected()) member.send({ kind: 'left' });
      }
    });
    member.once('exit', () => {
      this.#remove(member);
      setTimeout(() => this.#inherit(member), lastWordsMs);
    });
    for (const socket of this.#held.splice(0)) this.#deal(socket);
  }

  /** Accepts no more. What the workers have, they keep. */
  close(): void {
    this.#server.close();
    for (const socket of this.#held.splice(0)) socket.destroy();
  }

  #deal(socket: Socket): void {
    const member = this.#next();
    if (!member) {
      this.#hold(socket);
      return;
    }
    const id = ++this.#dealt;
    this.#sent.get(member)!.set(id, socket);
    // Where it cannot be sent, the worker is about to disconnect.
    member.send({ kind: 'connection', id }, socket, { keepOpen: true }, () => {});
  }

  #next(): Member | undefined {
    let member = this.#members.shift();
    while (member && !member.isConnected()) member = this.#members.shift();
    if (member) this.#members.push(member);
    return member;
  }

  #hold(socket: Socket): void {
    if (this.#held.length < maxHeld && this.#server.listening) this.#held.push(socket);
    else socket.destroy();
  }

  #taken(member: Member, id: number): void {
    const sent = this.#sent.get(member);
    // Closes it here only: the worker has it.
    sent?.get(id)?.destroy();
    sent?.delete(id);
  }

  /** Deals out what a worker that ended has not taken. */
  #inherit(member: Member): void {
    const left = this.#sent.get(member)!;
    this.#sent.delete(member);
    for (const socket of left.values()) this.#deal(socket);
  }

  #remove(member: Member): void {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
  }
}

/** A worker's part: takes what it is dealt. */
export class DealtConnections implements Connections {
  readonly port: number;

  /** @param port that the supervisor listens on */
  constructor(port: number) {
    this.port = port;
  }

  each(take: (socket: Socket) => void): void {
    process.on('message', (said: unknown, socket: Socket | undefined) => {
      if (!isMessage(said) || said.kind !== 'connection') return;
      // INVARIANT: said before anything is read: nobody else gets a connection that was read from.
      tell({ kind: 'taken', id: said.id });
      // The client may have gone before it got here.
      if (socket) take(socket);
    });
  }

  /** No more are to come. @returns when none will */
  leave(): Promise<void> {
    return new Promise((resolve) => {
      const patience = setTimeout(resolve, patienceMs);
      process.on('message', (said: unknown) => {
        if (!isMessage(said) || said.kind !== 'left') return;
        clearTimeout(patience);
        resolve();
      });
      tell({ kind: 'leaving' });
    });
  }
}

const tell = (message: Message): void => void process.send?.(message);

const isMessage = (said: unknown): said is Message =>
  typeof said === 'object' &&
  said !== null &&
  'kind' in said &&
  ['connection', 'taken', 'leaving', 'left'].includes(String(said.kind));
