import type { KeyManagerType, KeySpec, KeyState, KeyUsageType, OriginType } from '@aws-sdk/client-kms';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import { collection } from '../../store/collection.ts';
import type { StoredMaterial } from './key-material.ts';
import type { AutomaticRotation } from './rotation.ts';

/** A KMS key as it is stored. */
export interface KeyRecord {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly description: string;
  readonly keySpec: KeySpec;
  readonly keyUsage: KeyUsageType;
  readonly origin: OriginType;
  readonly manager: KeyManagerType;
  readonly multiRegion: boolean;
  readonly state: KeyState;
  /** When the key is deleted, in milliseconds since the epoch; only while it is pending deletion. */
  readonly deletionAt?: number;
  readonly policy: StoredPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** Absent: off. */
  readonly rotation?: AutomaticRotation;
  /** When a rotation on demand was asked for that is not done yet, in milliseconds since the epoch. */
  readonly onDemandRotationAt?: number;
  /** Every material the key has had, the current one last. */
  readonly materials: readonly StoredMaterial[];
}

/** Every KMS key, by its place. */
export const keyRecords = collection<KeyRecord>('kms.keys', { key: ['account', 'region', 'id'], large: true });

/** How many customer managed keys an account has in a Region. */
export interface KeyCount {
  readonly keys: number;
}

/** Key counts, kept beside the keys so that CreateKey need not count them. */
export const keyCounts = collection<KeyCount>('kms.key-counts', { key: ['account', 'region'] });
