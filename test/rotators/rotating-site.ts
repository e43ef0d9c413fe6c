import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { DatabaseSecret } from '../../src/rotators/engines/engine.ts';
import { masterTag } from '../../src/rotators/index.ts';
import { account, region, rootCredentials, SpawnedServer } from '../spawned-server.ts';
import type { DatabaseKind } from './database-kinds.ts';
import { type Database, passwords } from './databases.ts';

/** The two strategies of the user guide. */
export type Strategy = 'SingleUser' | 'MultiUser';

/** How long a rotation may take, restart and another try included, in milliseconds. */
const rotatedWithinMs = 150_000;

/** A server in a process of its own, a database, and a secret of the database that the server rotates. */
export class RotatingSite {
  readonly #directory = mkdtempSync(join(tmpdir(), 'bulwark-rotation-'));
  readonly #nodeFlags: readonly string[];
  readonly database: Database;
  readonly kind: DatabaseKind;
  readonly strategy: Strategy;
  #server: SpawnedServer | undefined;
  #client: SecretsManagerClient | undefined;

  private constructor(database: Database, kind: DatabaseKind, strategy: Strategy, nodeFlags: readonly string[]) {
    this.database = database;
    this.kind = kind;
    this.strategy = strategy;
    this.#nodeFlags = nodeFlags;
  }

  /**
   * @param port where the secret says that the database is; absent: where it is
   * @param nodeFlags of the server
   */
  static async start(
    database: Database,
    kind: DatabaseKind,
    strategy: Strategy,
    { port = database.port, nodeFlags = [] }: { readonly port?: number; readonly nodeFlags?: readonly string[] } = {},
  ): Promise<RotatingSite> {
    const site = new RotatingSite(database, kind, strategy, nodeFlags);
    try {
      await site.restart();
      await site.#createSecrets(port);
      return site;
    } catch (error) {
      await site.remove();
      throw error;
    }
  }

  get server(): SpawnedServer {
    return this.#server!;
  }

  /** Where the server keeps its data. */
  get data(): string {
    return join(this.#directory, 'data');
  }

  /** A client of the server that runs at the moment; it asks once. */
  get client(): SecretsManagerClient {
    return this.#client!;
  }

  /** Starts the server where one was. */
  async restart(): Promise<void> {
    this.#client?.destroy();
    this.#server = await SpawnedServer.start({ data: this.data, nodeFlags: this.#nodeFlags });
    const endpoint = this.#server.url;
    this.#client = new SecretsManagerClient({ endpoint, region, credentials: rootCredentials, maxAttempts: 1 });
  }

  /** What AWSCURRENT, or another label, says at the moment. */
  async secret(VersionStage = 'AWSCURRENT'): Promise<DatabaseSecret> {
    const { SecretString } = await this.client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    return JSON.parse(SecretString!);
  }

  /** Stores credentials, as an operator who has set them by hand. */
  async put(secret: DatabaseSecret): Promise<void> {
    await this.client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(secret) }));
  }

  /** Takes a staging label from the version that has it, if any. */
  async unlabel(VersionStage: string): Promise<void> {
    const { VersionIdsToStages = {} } = await this.client.send(new DescribeSecretCommand({ SecretId }));
    const RemoveFromVersionId = Object.keys(VersionIdsToStages).find((id) =>
      VersionIdsToStages[id]!.includes(VersionStage),
    );
    if (RemoveFromVersionId === undefined) return;
    await this.client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, RemoveFromVersionId }));
  }

  /** Begins a rotation. */
  async ask(ClientRequestToken: string): Promise<void> {
    const { kind, strategy } = this;
    const RotationLambdaARN = `arn:aws:lambda:${region}:${account}:function:${kind.rotators}${strategy}`;
    const RotationRules = { AutomaticallyAfterDays: 30 };
    await this.client.send(new RotateSecretCommand({ SecretId, ClientRequestToken, RotationLambdaARN, RotationRules }));
  }

  /** Waits until a rotation has made its version the current one. */
  async rotated(token: string): Promise<void> {
    for (const until = Date.now() + rotatedWithinMs; Date.now() < until; await sleep(5)) {
      const { VersionIdsToStages } = await this.client.send(new DescribeSecretCommand({ SecretId }));
      if (VersionIdsToStages?.[token]?.includes('AWSCURRENT')) return;
    }
    throw new Error('the rotation does not end');
  }

  async remove(): Promise<void> {
    this.#client?.destroy();
    await this.#server?.stop('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #createSecrets(port: number): Promise<void> {
    const place = { engine: this.kind.engineName, host: '127.0.0.1', port };
    const create = (Name: string, secret: object, Tags: { Key: string; Value: string }[] = []) =>
      this.client.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify({ ...place, ...secret }), Tags }));
    const admin = { username: 'admin', password: passwords.admin };
    const { ARN: masterarn } = await create('admin', admin, [{ Key: masterTag, Value: 'true' }]);
    await create(SecretId, { username: 'app', password: passwords.app, masterarn });
  }
}

const SecretId = 'app';
