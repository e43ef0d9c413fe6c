import { randomUUID } from 'node:crypto';
import type { AwsClient } from '../../client/aws-client.ts';
import { ClientError, ServiceError } from '../../client/client-error.ts';
import { currentSecret, membersOf, type SecretValue, textOfMember } from '../../client/secret-value.ts';
import type { Change, Entries } from './changes.ts';
import type { Contents, Place } from './place.ts';

/** A secret that is a JSON object: its members by name. Made where there is none. */
export class SecretPlace implements Place {
  readonly name: string;
  readonly #client: AwsClient;
  /** KMS key of a secret that is made. */
  readonly #key: string | undefined;

  constructor(client: AwsClient, id: string, key: string | undefined) {
    this.#client = client;
    this.name = id;
    this.#key = key;
  }

  async read(): Promise<Contents> {
    const secret = await this.find();
    if (!secret) return { entries: new Map(), revisions: new Map() };
    const members = membersOf(secret.SecretString ?? '');
    if (!members)
      throw new ClientError(`${secret.Name} is not a JSON object: it has no names, "secrets edit" edits it`);
    const entries = new Map(Object.entries(members));
    // The whole secret is written at once.
    return { entries, revisions: new Map([['', secret.VersionId]]) };
  }

  /** The secret; undefined: there is none. @throws {ClientError} it is binary */
  async find(): Promise<SecretValue | undefined> {
    try {
      const secret = await currentSecret(this.#client, this.name);
      if (secret.SecretString === undefined)
        throw new ClientError(`${secret.Name} is binary: there is no text to show`);
      return secret;
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  accept(entries: Entries): Entries {
    return entries;
  }

  async write(changes: readonly Change[], before: Contents): Promise<void> {
    const members = new Map(before.entries);
    for (const { name, kind, before: old, after } of changes) {
      if (kind === 'removed') members.delete(name);
      else members.set(name, kind === 'changed' ? inTypeOf(old, after) : after);
    }
    // A member called __proto__ is one like any other.
    const text = `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
    await this.writeText(text, before.revisions.get('') as string | undefined);
  }

  /**
   * Makes a text the current version.
   *
   * @param versionId of the version that it follows; undefined: there is no secret yet
   */
  async writeText(text: string, versionId: string | undefined): Promise<void> {
    const written = { SecretString: text, ClientRequestToken: randomUUID() };
    if (versionId === undefined) {
      await this.#client.call('secretsmanager', 'CreateSecret', { Name: this.name, KmsKeyId: this.#key, ...written });
      return;
    }
    if ((await this.find())?.VersionId !== versionId)
      throw new ClientError(`somebody else has changed ${this.name} meanwhile: nothing is written`);
    await this.#client.call('secretsmanager', 'PutSecretValue', { SecretId: this.name, ...written });
  }
}

/** A text where there was a number or a truth value stays one, if it can: files other than JSON have texts only. */
const inTypeOf = (old: unknown, now: unknown): unknown => {
  if (typeof now !== 'string' || typeof old === 'string') return now;
  try {
    const value: unknown = JSON.parse(now);
    return typeof value === typeof old && textOfMember(value) === now ? value : now;
  } catch {
    return now;
  }
};
