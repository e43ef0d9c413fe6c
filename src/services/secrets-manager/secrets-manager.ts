import type { Tag } from '@aws-sdk/client-secrets-manager';
import type { Functions } from '../../kernel/functions.ts';
import type { Conditions } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { requestTagConditions } from '../../kernel/request-tags.ts';
import type { SecretOwners } from '../../kernel/secret-owners.ts';
import type { SecretPlace } from './secret-record.ts';
import type { Secrets } from './secrets.ts';

/** The nouns that operations work with. */
export interface SecretsManager {
  readonly secrets: Secrets;
  /** Which principals exist; resource policies name only those. */
  readonly principals: Principals;
  /** The functions that rotate. */
  readonly functions: Functions;
  /** Services that rotate secrets of their own. */
  readonly owners: SecretOwners;
  /** Whether requests can reach a Region: no secret is replicated where none can. */
  hasRegion(region: string): boolean;
  /** Has rotations looked for now: one has begun. */
  wake(): void;
  /** Has a rotation that was not finished tried again now. */
  reattempt(secret: SecretPlace): void;
}

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags: one without a value has an empty one. */
export const tagsOfRequest = (tags: readonly Tag[]): Conditions =>
  requestTagConditions(tags.map(({ Key, Value = '' }) => ({ Key, Value })));
