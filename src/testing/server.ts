import { after } from 'node:test';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { type Running, start } from '../compose.ts';
import { readConfig } from '../config.ts';
import { Journal } from '../journal/journal.ts';
import type { JournalRecord } from '../journal/record.ts';
import { parseDuration } from '../kernel/clock.ts';
import type { Credentials } from './sign.ts';
import { makeTestPlace, type TestPlace } from './test-place.ts';

/** What a test may choose. Settings go by their flag names: `{ mode: 'open', region: 'eu-west-2' }`. */
export interface TestServerOptions extends Readonly<Record<string, string | boolean | undefined>> {
  /** Keeps state in a temporary directory, so that `restart` has something to come back to. */
  readonly persistent?: boolean;
  /** Text of a seed file. */
  readonly seedText?: string;
}

type ClientClass<C> = new (config: {
  endpoint: string;
  region: string;
  credentials: Credentials;
  maxAttempts: number;
}) => C;

/** The root access key of every test server. */
export const rootCredentials: Credentials = {
  accessKeyId: 'AKIATESTROOTACCESSKEY',
  secretAccessKey: 'test-root-secret-access-key-0123456789',
};

/**
 * A whole server in this process, spoken to over HTTP, on a free port; closed when the test file ends.
 *
 * In memory unless `persistent`; in enforced mode unless `mode` says otherwise; account 111122223333, Region us-east-1.
 */
export const testServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await TestServer.start(options);
  after(() => server.close());
  return server;
};

/** A running server with clients that speak to it. */
export class TestServer {
  readonly #options: TestServerOptions;
  readonly #place: TestPlace;
  #running: Running;

  private constructor(options: TestServerOptions, place: TestPlace, running: Running) {
    this.#options = options;
    this.#place = place;
    this.#running = running;
  }

  /** Starts without registering the end; tests use {@link testServer}. */
  static async start(options: TestServerOptions): Promise<TestServer> {
    const place = await makeTestPlace(options.persistent === true);
    return new TestServer(options, place, await launch(options, place));
  }

  get url(): string {
    return this.#running.url;
  }

  get port(): number {
    return this.#running.port;
  }

  /** The parts of the server, for tests of the server itself. */
  get running(): Running {
    return this.#running;
  }

  /** Where state is kept, with `persistent`. */
  get directory(): string {
    const { directory } = this.#place;
    if (directory === undefined) throw new Error('this server is in memory');
    return directory;
  }

  /**
   * An SDK client, e.g. `server.client(KMSClient)`.
   *
   * @param credentials absent: the root user's
   */
  client<C>(Client: ClientClass<C>, credentials: Credentials = rootCredentials, region = 'us-east-1'): C {
    return new Client({ endpoint: this.url, region, credentials, maxAttempts: 1 });
  }

  /**
   * Creates an IAM user with an access key.
   *
   * @param statements of its one inline policy; none: no policy
   */
  async user(name: string, ...statements: readonly object[]): Promise<Credentials> {
    const iam = this.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: name }));
    if (statements.length > 0) {
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'test', PolicyDocument }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  /** Every journal record, oldest first; `eventName` keeps those of one operation. */
  async journal(eventName?: string): Promise<readonly JournalRecord[]> {
    const entries = await new Journal(this.#running.store).read(0, 100_000);
    const records = entries.map(({ record }) => record);
    return eventName === undefined ? records : records.filter((record) => record.eventName === eventName);
  }

  /** Lets time pass, e.g. `'30d'`: every timer on the way fires. */
  async advance(span: string): Promise<void> {
    const { clock } = this.#running;
    await this.#running.advanceTo(new Date(clock.now().getTime() + parseDuration(span)!));
  }

  /** Stops the server and starts it again on the same state; the port changes, so make new clients. */
  async restart(): Promise<void> {
    await this.#running.close();
    this.#running = await launch(this.#options, this.#place);
  }

  /** Stops the server and removes its state. */
  async close(): Promise<void> {
    await this.#running.close();
    await this.#place.remove();
  }
}

const launch = (
  { persistent: _persistent, seedText, ...settings }: TestServerOptions,
  { settings: placed }: TestPlace,
): Promise<Running> => {
  const flags = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
  const defaults = {
    port: '0',
    ...placed,
    account: '111122223333',
    'log-level': 'error',
    // Tests make keys faster than AWS lets anybody.
    throttling: 'off',
  };
  const environment = {
    BULWARK_ROOT_ACCESS_KEY_ID: rootCredentials.accessKeyId,
    BULWARK_ROOT_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
  };
  return start(readConfig({ ...defaults, ...flags }, environment), seedText);
};
