import assert from 'node:assert/strict';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { type Running, start } from '../compose.ts';
import { Journal } from '../journal/journal.ts';
import type { StoredRecord } from '../journal/record.ts';

/** Account and home Region of the server under test. */
export const account = '111122223333';
export const region = 'eu-west-2';

const rootAccessKey = { id: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

/** One allow or deny of an identity policy written in a test. */
export interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}

/** A server with KMS and IAM, and clients of it. */
export class KmsServer {
  #running: Running;
  readonly #data: string;

  private constructor(running: Running, data: string) {
    this.#running = running;
    this.#data = data;
  }

  /** @param data directory that outlives {@link restart}; absent: memory */
  static async start(data = ':memory:', seed?: string): Promise<KmsServer> {
    return new KmsServer(await startOn(data, seed), data);
  }

  get running(): Running {
    return this.#running;
  }

  /** A client of the account's root user. */
  root(inRegion = region): KMSClient {
    return new KMSClient({
      endpoint: this.#running.url,
      region: inRegion,
      credentials: { accessKeyId: rootAccessKey.id, secretAccessKey: rootAccessKey.secret },
    });
  }

  iam(): IAMClient {
    return new IAMClient({
      endpoint: this.#running.url,
      region,
      credentials: { accessKeyId: rootAccessKey.id, secretAccessKey: rootAccessKey.secret },
    });
  }

  /** A client of a new user with one inline policy; no statements: without any. */
  async user(UserName: string, ...statements: readonly Statement[]): Promise<KMSClient> {
    const iam = this.iam();
    await iam.send(new CreateUserCommand({ UserName }));
    if (statements.length > 0) {
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'test', PolicyDocument: document(statements) }));
    }
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId, SecretAccessKey } = AccessKey!;
    return new KMSClient({
      endpoint: this.#running.url,
      region,
      credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey! },
    });
  }

  /** Lets days pass. */
  async advance(days: number): Promise<void> {
    await this.#running.advanceTo(new Date(this.#running.clock.now().getTime() + days * 86_400_000));
  }

  /** Everything journalled so far. */
  async journal(): Promise<readonly StoredRecord[]> {
    const entries = await new Journal(this.#running.store).read(0, 100_000);
    return entries.map(({ record }) => record);
  }

  async restart(): Promise<void> {
    await this.#running.close();
    this.#running = await startOn(this.#data);
  }

  close(): Promise<void> {
    return this.#running.close();
  }
}

const document = (statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });

const startOn = (data: string, seed?: string): Promise<Running> =>
  start(
    {
      port: 0,
      host: '127.0.0.1',
      data,
      mode: 'enforced',
      account,
      region,
      tls: 'off',
      workers: 1,
      testEndpoints: true,
      openOnNetwork: false,
      logLevel: 'warn',
      rootAccessKey,
    },
    seed,
  );

/** Asserts that a call is answered with an error: its code and, where given, its whole message. */
export const refused = async (call: Promise<unknown>, code: string, message?: string | RegExp): Promise<void> => {
  const error = await call.then(
    () => assert.fail(`expected ${code}`),
    (reason: Error) => reason,
  );
  assert.equal(error.name, code, error.message);
  if (typeof message === 'string') assert.equal(error.message, message);
  else if (message) assert.match(error.message, message);
};
