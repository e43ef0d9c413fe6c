import { AwsClient } from '../../client/aws-client.ts';
import { readAwsSettings } from '../../client/aws-settings.ts';
import { ClientError } from '../../client/client-error.ts';
import type { Texts } from '../command-row.ts';
import type { Change, Entries } from './changes.ts';
import { ParameterPlace } from './parameter-place.ts';
import { SecretPlace } from './secret-place.ts';

/** What a place holds, and what its values are known by: a revision differs after every write. */
export interface Contents {
  readonly entries: Entries;
  readonly revisions: ReadonlyMap<string, string | number>;
}

/** Somewhere that names have values: below a path of Parameter Store, or in a secret that is a JSON object. */
export interface Place {
  /** For people: `/my-app/prod`. */
  readonly name: string;
  /** What there is now; nothing where the place does not exist yet. @throws {ClientError} */
  read(): Promise<Contents>;
  /** What a file says, in the form in which this place keeps it. @throws {ClientError} it cannot keep it */
  accept(entries: Entries): Entries;
  /**
   * Makes the changes.
   *
   * @param before what they are changes of
   * @throws {ClientError} somebody else has changed one of the values meanwhile; nothing is written then
   */
  write(changes: readonly Change[], before: Contents): Promise<void>;
}

/**
 * The place that `--path` or `--secret` names.
 *
 * @throws {ClientError} neither does, or both do
 */
export const placeOf = (flags: Texts, environment: Texts): Place => {
  const { path, secret } = flags;
  if ((path === undefined) === (secret === undefined)) throw new ClientError('give either --path or --secret');
  const client = new AwsClient(readAwsSettings(flags, environment), 'bulwark-secrets');
  const { type = 'SecureString', key } = flags;
  if (secret !== undefined) return new SecretPlace(client, secret, key);
  if (type !== 'SecureString' && type !== 'String')
    throw new ClientError(`type: "${type}" is neither SecureString nor String`);
  return new ParameterPlace(client, pathOf(path!), { type, key });
};

/** A path of parameters, without a slash at its end. @throws {ClientError} it is none */
export const pathOf = (text: string): string => {
  const path = text.replace(/\/+$/, '');
  if (text !== '/' && !/^(\/[\w.-]+)+$/.test(path))
    throw new ClientError(`path: "${text}" is not a path such as /my-app/prod`);
  return path || '/';
};
