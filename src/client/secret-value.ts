import type { AwsClient } from './aws-client.ts';

/** The current version of a secret. */
export interface SecretValue {
  readonly ARN: string;
  readonly Name: string;
  readonly VersionId: string;
  /** Absent: it is binary. */
  readonly SecretString?: string;
}

/** @throws {ServiceError} @throws {Unreachable} */
export const currentSecret = (client: AwsClient, id: string): Promise<SecretValue> =>
  client.call<SecretValue>('secretsmanager', 'GetSecretValue', { SecretId: id });

/** The members of a JSON object; undefined: the text is none. */
export const membersOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};

/** A member as text: strings as they are, everything else as its JSON. */
export const textOfMember = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
