import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import { collection } from '../../store/collection.ts';
import type { ParameterPlace } from './parameter-names.ts';

/** What every version of a parameter says of itself. */
export interface ParameterVersion extends ParameterPlace {
  readonly version: number;
  readonly type: ParameterType;
  /** Of SecureString: the ciphertext in base64. */
  readonly value: string;
  /** As the client named the key; of SecureString only. */
  readonly keyId?: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly tier: Exclude<ParameterTier, 'Intelligent-Tiering'>;
  readonly dataType: string;
  /** JSON text of each policy. */
  readonly policies: readonly string[];
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** ARN of who wrote it. */
  readonly modifiedBy: string;
}

/** A parameter: its latest version without the value, and what concerns all of them. */
export interface ParameterRecord extends Omit<ParameterVersion, 'value'> {
  /** Number of the oldest version that is kept. */
  readonly oldest: number;
  /** Version of each label. */
  readonly labels: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  /** JSON texts of policies that have done what they do once. */
  readonly finished: readonly string[];
  /** Who else may use it: resource policies by id. */
  readonly shares: Readonly<Record<string, StoredPolicy>>;
}

/** Parameters by name. */
export const parameterRecords = collection<ParameterRecord>('ssm.parameters', {
  key: ['account', 'region', 'name'],
  large: true,
});

/** Their versions, values included. */
export const versionRecords = collection<ParameterVersion>('ssm.versions', {
  key: ['account', 'region', 'name', 'version'],
});

/** How many parameters of each tier an account has in a Region. */
export const parameterCounts = collection<{ readonly Standard: number; readonly Advanced: number }>('ssm.counts', {
  key: ['account', 'region'],
});
