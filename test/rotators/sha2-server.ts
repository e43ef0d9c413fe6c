import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Packets } from '../../src/rotators/engines/mysql-packets.ts';

/** What a client said to be let in. */
export interface Sha2Login {
  readonly username: string;
  /** XOR(SHA256(password), SHA256(SHA256(SHA256(password)), nonce)). */
  readonly proof: Buffer;
  /** How it was let in, or that it was not. */
  readonly by: 'cache' | 'key' | 'tls' | 'refused';
}

/** What a test may choose. */
export interface Sha2Options {
  /** 20 bytes; absent: always the same. */
  readonly nonce?: Buffer;
  /** Method that the greeting names, before caching_sha2_password is asked for; absent: that one. */
  readonly greetsWith?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
}

const defaultNonce = Buffer.from('caching-sha2-nonce-1');
const method = 'caching_sha2_password';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const flags = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
const sslFlag = 0x800;

/**
 * The part of MySQL 8 that MariaDB lacks: logins by caching_sha2_password, from the server's side of the protocol's
 * description. It knows one user; who logged in once is in its cache, as the plug-in has it. It answers every command with OK.
 *
 * @see MySQL Source Code Documentation: "Caching_sha2_password information", "Protocol::HandshakeV10"
 */
export class Sha2Server {
  readonly #listener: Server;
  readonly #password: string;
  readonly #options: Sha2Options;
  readonly #sockets = new Set<Socket>();
  #isCached = false;
  readonly logins: Sha2Login[] = [];

  private constructor(listener: Server, password: string, options: Sha2Options) {
    this.#listener = listener;
    this.#password = password;
    this.#options = options;
  }

  static async start(password: string, options: Sha2Options = {}): Promise<Sha2Server> {
    const listener = createServer();
    const server = new Sha2Server(listener, password, options);
    listener.on('connection', (socket) => {
      server.#sockets.add(socket);
      server.#serve(socket).catch(() => socket.destroy());
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return server;
  }

  get port(): number {
    return (this.#listener.address() as { port: number }).port;
  }

  /** As FLUSH PRIVILEGES or a new password does. */
  emptyCache(): void {
    this.#isCached = false;
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(socket: Socket): Promise<void> {
    const { nonce = defaultNonce, greetsWith = method, tls } = this.#options;
    let packets = new Packets(socket);
    packets.send(greeting(nonce, greetsWith, tls !== undefined));
    let answer = await packets.receive();
    const isSecure = (answer.readUInt32LE(0) & sslFlag) !== 0;
    if (isSecure) {
      const { sequence } = packets;
      packets.leave();
      packets = new Packets(
        new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) }),
        sequence,
      );
      answer = await packets.receive();
    }
    const nameEnd = answer.indexOf(0, 32);
    const username = answer.toString('utf8', 32, nameEnd);
    let proof = answer.subarray(nameEnd + 2, nameEnd + 2 + answer[nameEnd + 1]!);
    if (greetsWith !== method) {
      packets.send(Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${method}\0`), nonce, Buffer.alloc(1)]));
      proof = await packets.receive();
    }
    const by = await this.#check(packets, proof, nonce, isSecure);
    this.logins.push({ username, proof, by });
    if (by === 'refused') {
      packets.send(Buffer.from(`\xff\x15\x04#28000Access denied`, 'latin1'));
      return;
    }
    for (;;) {
      packets.send(ok);
      await packets.receive();
      packets.restart(1);
    }
  }

  async #check(packets: Packets, proof: Buffer, nonce: Buffer, isSecure: boolean): Promise<Sha2Login['by']> {
    if (this.#isCached) {
      if (!proof.equals(this.#expected(nonce))) return 'refused';
      packets.send(Buffer.from([1, 3]));
      return 'cache';
    }
    packets.send(Buffer.from([1, 4]));
    let given = await packets.receive();
    if (!isSecure) {
      if (given.length !== 1 || given[0] !== 2) return 'refused';
      const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
      packets.send(Buffer.concat([Buffer.from([1]), Buffer.from(pem)]));
      const sealed = await packets.receive();
      const masked = privateDecrypt({ key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING }, sealed);
      given = Buffer.from(masked.map((byte, index) => byte ^ nonce[index % nonce.length]!));
    }
    if (given.toString() !== `${this.#password}\0`) return 'refused';
    this.#isCached = true;
    return isSecure ? 'tls' : 'key';
  }

  #expected(nonce: Buffer): Buffer {
    const stored = sha256(sha256(Buffer.from(this.#password)));
    const mask = sha256(Buffer.concat([stored, nonce]));
    return Buffer.from(sha256(Buffer.from(this.#password)).map((byte, index) => byte ^ mask[index]!));
  }
}

const ok = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const greeting = (nonce: Buffer, plugin: string, tls: boolean): Buffer => {
  const capabilities = flags | (tls ? sslFlag : 0);
  const low = Buffer.alloc(2);
  low.writeUInt16LE(capabilities & 0xffff);
  const high = Buffer.alloc(2);
  high.writeUInt16LE(capabilities >>> 16);
  return Buffer.concat([
    Buffer.from('\x0a8.0.42\0\x01\0\0\0', 'latin1'),
    nonce.subarray(0, 8),
    Buffer.alloc(1),
    low,
    Buffer.from([255, 2, 0]),
    high,
    Buffer.from([nonce.length + 1]),
    Buffer.alloc(10),
    nonce.subarray(8),
    Buffer.alloc(1),
    Buffer.from(`${plugin}\0`),
  ]);
};
