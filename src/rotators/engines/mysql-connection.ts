import { constants, createHash, publicEncrypt } from 'node:crypto';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { answerWithinMs, type DatabaseSecret, LoginRefused } from './engine.ts';
import { Packets } from './mysql-packets.ts';

/** An error that the server answers. */
class MysqlError extends Error {}

const capabilities = { longPassword: 0x1, withDatabase: 0x8, protocol41: 0x200, ssl: 0x800, transactions: 0x2000 };
const nativePassword = 'mysql_native_password';
const secureConnection = 0x8000;
const pluginAuth = 0x80000;
const utf8mb4 = 45;
const comQuery = 3;
const comQuit = 1;
/** ER_ACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR, and that the host may not connect. */
const refusals: ReadonlySet<number> = new Set([1044, 1045, 1130, 1698]);

/** A connection to MySQL or MariaDB that knows text queries. @see MySQL internals: "Connection Phase", "COM_QUERY" */
export class MysqlConnection {
  readonly #packets: Packets;
  readonly #socket: Socket;

  private constructor(packets: Packets, socket: Socket) {
    this.#packets = packets;
    this.#socket = socket;
  }

  /** @throws {LoginRefused} @throws {Error} it cannot be reached */
  static async open(secret: DatabaseSecret): Promise<MysqlConnection> {
    const { host, port = 3306, ssl = false } = secret;
    const socket = connect({ host, port, noDelay: true });
    try {
      let packets = new Packets(socket);
      const greeting = parseGreeting(await packets.receive());
      let stream = socket;
      const flags = flagsOf(secret, ssl);
      if (ssl) {
        packets.send(headOf(flags));
        const { sequence } = packets;
        packets.leave();
        const secured = process
          .getBuiltinModule('node:tls')
          .connect({ socket, host, ...(isIP(host) === 0 && { servername: host }), timeout: answerWithinMs });
        await once(secured, 'secureConnect');
        stream = secured;
        packets = new Packets(secured, sequence);
      }
      packets.send(loginOf(secret, flags, greeting));
      await authenticate(packets, secret.password, greeting, ssl);
      return new MysqlConnection(packets, stream);
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  /** Runs one statement. @returns rows as text */
  async query(statement: string): Promise<readonly (readonly (string | null)[])[]> {
    this.#packets.restart();
    this.#packets.send(Buffer.concat([Buffer.from([comQuery]), Buffer.from(statement)]));
    const first = requireNoError(await this.#packets.receive());
    if (first[0] === 0) return [];
    while (!isEnd(await this.#packets.receive()));
    const rows: (string | null)[][] = [];
    for (;;) {
      const packet = requireNoError(await this.#packets.receive());
      if (isEnd(packet)) return rows;
      rows.push(rowOf(packet));
    }
  }

  close(): void {
    this.#packets.restart();
    this.#packets.send(Buffer.from([comQuit]));
    this.#socket.end();
  }
}

interface Greeting {
  readonly nonce: Buffer;
  readonly plugin: string;
}

/** @see MySQL Source Code Documentation: "Protocol::HandshakeV10" */
const parseGreeting = (packet: Buffer): Greeting => {
  requireNoError(packet);
  // Behind the version, which a zero ends, and the id of the connection.
  const at = packet.indexOf(0, 1) + 1 + 4;
  const nonceEnd = at + 27 + Math.max(13, packet.readUInt8(at + 16) - 8);
  const nonce = Buffer.concat([packet.subarray(at, at + 8), packet.subarray(at + 27, nonceEnd)]).subarray(0, 20);
  const plugin = packet.subarray(nonceEnd).toString('latin1').replace(/\0.*$/s, '');
  return { nonce, plugin: plugin || nativePassword };
};

const flagsOf = ({ dbname }: DatabaseSecret, ssl: boolean): number =>
  capabilities.longPassword |
  capabilities.protocol41 |
  capabilities.transactions |
  secureConnection |
  pluginAuth |
  (dbname ? capabilities.withDatabase : 0) |
  (ssl ? capabilities.ssl : 0);

const headOf = (flags: number): Buffer => {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(flags, 0);
  head.writeUInt32LE(1 << 24, 4);
  head.writeUInt8(utf8mb4, 8);
  return head;
};

const loginOf = (
  { username, password, dbname }: DatabaseSecret,
  flags: number,
  { nonce, plugin }: Greeting,
): Buffer => {
  const proof = proofOf(plugin, password, nonce);
  const text = (value: string) => Buffer.from(`${value}\0`);
  const database = dbname ? [text(dbname)] : [];
  return Buffer.concat([headOf(flags), text(username), Buffer.from([proof.length]), proof, ...database, text(plugin)]);
};

const sha = (algorithm: 'sha1' | 'sha256', ...pieces: readonly Buffer[]): Buffer =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash(algorithm)).digest();

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, index) => byte ^ b[index % b.length]!));

/** What shows that the password is known, without telling it. */
const proofOf = (plugin: string, password: string, nonce: Buffer): Buffer => {
  const secret = Buffer.from(password);
  if (secret.length === 0) return secret;
  if (plugin === 'caching_sha2_password') {
    const once = sha('sha256', secret);
    return xor(once, sha('sha256', sha('sha256', once), nonce));
  }
  const once = sha('sha1', secret);
  return xor(once, sha('sha1', nonce, sha('sha1', once)));
};

const authenticate = async (packets: Packets, password: string, greeting: Greeting, ssl: boolean): Promise<void> => {
  let { nonce } = greeting;
  for (;;) {
    const packet = requireNoError(await packets.receive());
    if (packet[0] === 0) return;
    if (packet[0] === 0xfe) {
      const end = packet.indexOf(0, 1);
      const plugin = packet.toString('latin1', 1, end);
      if (plugin !== nativePassword && plugin !== 'caching_sha2_password') {
        throw new LoginRefused(`MySQL asks for the authentication method ${plugin}, which is not supported.`);
      }
      nonce = Buffer.from(packet.subarray(end + 1, end + 21));
      packets.send(proofOf(plugin, password, nonce));
      continue;
    }
    // caching_sha2_password: 3 is success, 4 asks for the password itself.
    if (packet[0] !== 1 || packet[1] === 3) continue;
    const secret = Buffer.from(`${password}\0`);
    if (ssl) {
      packets.send(secret);
      continue;
    }
    packets.send(Buffer.from([2]));
    const key = requireNoError(await packets.receive())
      .subarray(1)
      .toString();
    packets.send(publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING }, xor(secret, nonce)));
  }
};

const requireNoError = (packet: Buffer): Buffer => {
  if (packet[0] !== 0xff) return packet;
  const code = packet.readUInt16LE(1);
  if (refusals.has(code)) throw new LoginRefused('MySQL refused the login.');
  throw new MysqlError(`MySQL answered with error ${code}.`);
};

const isEnd = (packet: Buffer): boolean => packet[0] === 0xfe && packet.length < 9;

const rowOf = (packet: Buffer): (string | null)[] => {
  const values: (string | null)[] = [];
  for (let at = 0; at < packet.length; ) {
    const first = packet[at]!;
    at++;
    if (first === 0xfb) {
      values.push(null);
      continue;
    }
    const width = { 252: 2, 253: 3, 254: 6 }[first] ?? 0;
    const length = width === 0 ? first : packet.readUIntLE(at, width);
    at += first === 0xfe ? 8 : width;
    values.push(packet.toString('utf8', at, at + length));
    at += length;
  }
  return values;
};
