import type { KeyManagerType, KeySpec, KeyState, KeyUsageType, OriginType } from '@aws-sdk/client-kms';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import { collection } from '../../store/collection.ts';
import type { KeyPlaceOutside } from './custom-key-stores.ts';
import type { StoredMaterial } from './key-material.ts';
import type { RelatedKeys } from './multi-region.ts';
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
  /** Where its related keys are; false: it is a key of one Region. */
  readonly multiRegion: RelatedKeys | false;
  readonly state: KeyState;
  /** When the key is deleted, in milliseconds since the epoch; only while it is pending deletion. */
  readonly deletionAt?: number;
  /** The waiting period that begins when its last replica is deleted; only while the key is pending replica deletion. */
  readonly deletionWindowDays?: number;
  readonly policy: StoredPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** Absent: off. */
  readonly rotation?: AutomaticRotation;
  /** When a rotation on demand was asked for that is not done yet, in milliseconds since the epoch. */
  readonly onDemandRotationAt?: number;
  /** Every material the key has had, the current one last; none before the first import. */
  readonly materials: readonly StoredMaterial[];
  /** Imported material that waits for RotateKeyOnDemand. */
  readonly pendingMaterial?: StoredMaterial;
  /** Where its material is; absent: in this server. */
  readonly outside?: KeyPlaceOutside;
}

/** Every KMS key, by its place. */
export const keyRecords = collection<KeyRecord>('kms.keys', { key: ['account', 'region', 'id'], large: true });

/** How many customer managed keys an account has in a Region. */
export interface KeyCount {
  readonly keys: number;
}

/** Key counts, kept beside the keys so that CreateKey need not count them. */
export const keyCounts = collection<KeyCount>('kms.key-counts', { key: ['account', 'region'] });
