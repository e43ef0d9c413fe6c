import { connect, isIP, type Socket } from 'node:net';
import {
  answerWithinMs,
  type DatabaseSecret,
  type Engine,
  type Login,
  LoginRefused,
  requirePlainName,
} from './engine.ts';

/** Redis and Valkey, by their access control lists. */
export const redis: Engine = {
  names: ['redis', 'valkey'],
  maxUsernameLength: 128,
  login: async (secret) => {
    const connection = await RedisConnection.open(secret);
    try {
      await connection.ask('AUTH', secret.username, secret.password);
    } catch (error) {
      connection.close();
      throw error instanceof RedisError ? new LoginRefused('Redis refused the login.') : error;
    }
    return loginOf(connection);
  },
};

const loginOf = (connection: RedisConnection): Login => ({
  // A user may have several passwords: whoever still has the one before is not locked out.
  changeOwnPassword: async (username, password, before) => {
    await connection.ask('ACL', 'SETUSER', requirePlainName(username), 'resetpass', `>${before}`, `>${password}`);
    await connection.keep();
  },
  makeAlike: async (username, password, model) => {
    const rules = rulesOf(await connection.ask('ACL', 'LIST'), requirePlainName(model));
    await connection.ask('ACL', 'SETUSER', requirePlainName(username), 'reset', 'on', ...rules, `>${password}`);
    await connection.keep();
  },
  close: async () => connection.close(),
});

/** What a user may do, without its passwords; a selector in parentheses is one rule. */
const rulesOf = (list: unknown, username: string): readonly string[] => {
  const line = (list as readonly string[]).find((each) => each.startsWith(`user ${username} `));
  if (!line) throw new Error('The user to make another one like does not exist.');
  const rules = line.slice(`user ${username} `.length).match(/\([^)]*\)|\S+/g) ?? [];
  return rules.filter((rule) => !/^#|^(?:on|off|nopass)$/.test(rule));
};

/** An error that Redis answers. */
class RedisError extends Error {}

/** A connection that speaks RESP 2, one command at a time. */
class RedisConnection {
  readonly #socket: Socket;
  #held = '';
  #wake: (() => void) | undefined;
  #error: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket.setEncoding('latin1');
    socket.setTimeout(answerWithinMs, () => socket.destroy(new Error('Redis does not answer.')));
    socket.on('data', (text: unknown) => {
      this.#held += String(text);
      this.#wake?.();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('Redis closed the connection.')));
  }

  static async open({ host, port = 6379, ssl }: DatabaseSecret): Promise<RedisConnection> {
    return new RedisConnection(
      ssl
        ? process.getBuiltinModule('node:tls').connect({ host, port, ...(isIP(host) === 0 && { servername: host }) })
        : connect({ host, port }),
    );
  }

  /** @throws {RedisError} */
  async ask(...words: readonly string[]): Promise<unknown> {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${words.length}\r\n${parts.join('')}`);
    const answer = await this.#value();
    if (answer instanceof RedisError) throw answer;
    return answer;
  }

  /** Writes the list to its file; a server that has none keeps users in its configuration, which is the operator's. */
  async keep(): Promise<void> {
    this.#socket.write('*2\r\n$3\r\nACL\r\n$4\r\nSAVE\r\n');
    await this.#value();
  }

  close(): void {
    this.#socket.end();
  }

  async #value(): Promise<unknown> {
    const line = await this.#line();
    const rest = line.slice(1);
    if (line[0] === '-') return new RedisError('Redis answered with an error.');
    if (line[0] === ':') return Number(rest);
    if (line[0] === '$') return rest === '-1' ? null : this.#bytes(Number(rest));
    if (line[0] !== '*') return rest;
    const values: unknown[] = [];
    for (let count = Number(rest); count > 0; count--) values.push(await this.#value());
    return values;
  }

  async #line(): Promise<string> {
    await this.#until(() => this.#held.includes('\r\n'));
    const end = this.#held.indexOf('\r\n');
    const line = this.#held.slice(0, end);
    this.#held = this.#held.slice(end + 2);
    return line;
  }

  async #bytes(length: number): Promise<string> {
    await this.#until(() => this.#held.length >= length + 2);
    const text = this.#held.slice(0, length);
    this.#held = this.#held.slice(length + 2);
    return text;
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.#error) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }
}
