import type { Tag } from '@aws-sdk/client-secrets-manager';
import type { Functions } from '../../kernel/functions.ts';
import type { Conditions } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { SecretPlace } from './secret-record.ts';
import type { Secrets } from './secrets.ts';

/** The nouns that operations work with. */
export interface SecretsManager {
  readonly secrets: Secrets;
  /** Which principals exist; resource policies name only those. */
  readonly principals: Principals;
  /** The functions that rotate. */
  readonly functions: Functions;
  /** Has rotations looked for now: one has begun. */
  wake(): void;
  /** Has a rotation that was not finished tried again now. */
  reattempt(secret: SecretPlace): void;
}

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export const requestTagConditions = (tags: readonly Tag[]): Conditions =>
  tags.length === 0
    ? {}
    : {
        'aws:TagKeys': tags.map(({ Key }) => Key!),
        ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
      };
