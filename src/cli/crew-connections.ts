import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Acceptor, ListenerName } from '../wire/acceptor.ts';

/** Between a worker and the process that supervises, over the pipe that the worker was born with. */
type Message =
  /** Supervisor: serve this one; the connection comes with it. */
  | { readonly kind: 'connection'; readonly id: number; readonly listener: ListenerName }
  /** Worker: I have it. */
  | { readonly kind: 'taken'; readonly id: number }
  /** Worker: send me no more. */
  | { readonly kind: 'leaving' }
  /** Supervisor: what you have is all. */
  | { readonly kind: 'left' };

/** So many connections wait where no worker serves; further ones are closed. */
const maxHeld = 1024;
/** None waits longer than this, in milliseconds: the longest pause before a worker is started again, and its start. */
const holdMs = 10_000;
/** A supervisor that takes longer is on its way out, in milliseconds. */
const patienceMs = 1000;

/** A worker that has not taken a connection for so many milliseconds is passed over: it was stopped, or is stuck. */
const behindMs = 1000;

/** What a worker has said may be heard so many milliseconds after its end. */
const lastWordsMs = 50;

/** A connection, and where it came in. */
interface Accepted {
  readonly listener: ListenerName;
  readonly socket: Socket;
}

/** A connection that a worker was sent. */
interface Sent {
  readonly accepted: Accepted;
  /** When, by the monotonic clock. */
  readonly at: number;
}

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
 * has it, so that one on its way to a worker that dies goes to the next one; while a worker is stopped it waits, since the
 * worker may have it and go on. While there is no worker they wait.
 */
export class Dealer {
  readonly #servers: Server[] = [];
  /** Those that take connections, the next one first. */
  readonly #members: Member[] = [];
  /** What each was sent and has not taken yet, by the number of the connection. */
  readonly #sent = new Map<Member, Map<number, Sent>>();
  readonly #held = new Map<Accepted, NodeJS.Timeout>();
  #dealt = 0;
  #closed = false;

  /** @returns the port @throws {Error} the address is in use or not ours */
  async listen(listener: ListenerName, port: number, host: string): Promise<number> {
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.#deal({ listener, socket }),
    );
    this.#servers.push(server);
    await once(server.listen(port, host), 'listening');
    return (server.address() as AddressInfo).port;
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
    for (const accepted of this.#takeHeld()) this.#deal(accepted);
  }

  /** Accepts no more. What the workers have, they keep. */
  close(): void {
    this.#closed = true;
    for (const server of this.#servers) server.close();
    for (const { socket } of this.#takeHeld()) socket.destroy();
  }

  #deal(accepted: Accepted): void {
    const member = this.#next();
    if (!member) {
      this.#hold(accepted);
      return;
    }
    const id = ++this.#dealt;
    const { listener, socket } = accepted;
    this.#sent.get(member)!.set(id, { accepted, at: performance.now() });
    // Where it cannot be sent, the worker is about to disconnect.
    member.send({ kind: 'connection', id, listener }, socket, { keepOpen: true }, () => {});
  }

  /** The next in turn that takes what it is sent; where none does, the next in turn. */
  #next(): Member | undefined {
    for (const member of [...this.#members]) if (!member.isConnected()) this.#remove(member);
    const member = this.#members.find((each) => !this.#isBehind(each)) ?? this.#members[0];
    if (!member) return undefined;
    this.#remove(member);
    this.#members.push(member);
    return member;
  }

  #isBehind(member: Member): boolean {
    const [oldest] = this.#sent.get(member)!.values();
    return oldest !== undefined && performance.now() - oldest.at > behindMs;
  }

  #hold(accepted: Accepted): void {
    if (this.#held.size >= maxHeld || this.#closed) {
      accepted.socket.destroy();
      return;
    }
    const tooLong = setTimeout(() => {
      this.#held.delete(accepted);
      accepted.socket.destroy();
    }, holdMs);
    this.#held.set(accepted, tooLong);
  }

  /** Those that wait, which do so no more. */
  #takeHeld(): readonly Accepted[] {
    const held = [...this.#held.keys()];
    for (const tooLong of this.#held.values()) clearTimeout(tooLong);
    this.#held.clear();
    return held;
  }

  #taken(member: Member, id: number): void {
    const sent = this.#sent.get(member);
    // Closes it here only: the worker has it.
    sent?.get(id)?.accepted.socket.destroy();
    sent?.delete(id);
  }

  /** Deals out what a worker that ended has not taken. */
  #inherit(member: Member): void {
    const left = this.#sent.get(member)!;
    this.#sent.delete(member);
    for (const { accepted } of left.values()) this.#deal(accepted);
  }

  #remove(member: Member): void {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
  }
}

/** The ports that the supervisor listens on. */
export type Ports = Readonly<Partial<Record<ListenerName, number>>>;

/** A worker's part: takes what it is dealt. */
export class DealtConnections {
  readonly #ports: Ports;
  readonly #takers = new Map<ListenerName, (socket: Socket) => void>();

  constructor(ports: Ports) {
    this.#ports = ports;
    process.on('message', (said: unknown, socket: Socket | undefined) => {
      if (!isMessage(said) || said.kind !== 'connection') return;
      // INVARIANT: said before anything is read: nobody else gets a connection that was read from.
      tell({ kind: 'taken', id: said.id });
      // The client may have gone before it got here.
      if (socket) this.#takers.get(said.listener)!(socket);
    });
  }

  /** Has the connections served that come in at each of the ports. */
  readonly acceptor: Acceptor = async (listener, server) => {
    this.#takers.set(listener, server.taker());
    return this.#ports[listener]!;
  };

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
