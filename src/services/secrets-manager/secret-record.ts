import type { Timer } from '../../events/timers.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import { collection } from '../../store/collection.ts';

/** Whose secret, and where. */
export interface SecretPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** The place of the secret that a timer is about. @param payload whose members account, region and name tell it */
export const secretPlaceIn = ({ account = '', region = '', name = '' }: Timer['payload']): SecretPlace => ({
  account,
  region,
  name,
});

/** A secret: everything but the values of its versions. Times are milliseconds since the epoch. */
export interface SecretRecord extends SecretPlace {
  /** Six characters at the end of its ARN, so that a secret made anew under the same name is another one. */
  readonly suffix: string;
  readonly description?: string;
  /** As the client named it; absent: the key that AWS manages. */
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: StoredPolicy;
  readonly versions: Readonly<Record<string, VersionFacts>>;
  /** Version of each staging label. */
  readonly stages: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly changedAt: number;
  /** Midnight of the day on which it was last read. */
  readonly accessedAt?: number;
  /** When it is to be deleted for good. */
  readonly deletesAt?: number;
  readonly rotation?: RotationSettings;
  /** Id of the service that made it, and that alone changes it: `rds`. */
  readonly owningService?: string;
  /** Of a primary secret: its replicas by Region. */
  readonly replicas?: Readonly<Record<string, Replica>>;
  /** Of a replica: where its primary is. */
  readonly primaryRegion?: string;
}

/** What is known of a version beside its value. */
export interface VersionFacts {
  readonly createdAt: number;
  /** Midnight of the day on which it was last read. */
  readonly accessedAt?: number;
  /** The key of its value, as the client named it; absent: the key that AWS manages. */
  readonly kmsKeyId?: string;
}

/** How a secret is rotated. */
export interface RotationSettings {
  readonly enabled: boolean;
  /** Absent: the service that owns the secret rotates it. */
  readonly functionArn?: string;
  readonly rules?: RotationRules;
  /** When the next rotation begins, and the end of the window in which it may be tried. */
  readonly next?: RotationWindow;
  readonly lastRotatedAt?: number;
}

/** When a secret is to be rotated: as RotateSecret takes it. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly ScheduleExpression?: string | undefined;
  readonly Duration?: string | undefined;
}

/** A time in which a secret may be rotated. */
export interface RotationWindow {
  readonly opensAt: number;
  readonly closesAt: number;
}

/** A copy of a secret in another Region, as its primary knows it. */
export interface Replica {
  readonly kmsKeyId?: string;
  readonly status: 'InSync' | 'Failed';
  readonly message?: string;
}

/** A value as it is stored: docs/formats/secret-value.md. */
export interface SealedValue {
  /** The message, in base64. */
  readonly sealed: string;
  readonly isBinary: boolean;
}

/** Secrets by name. */
export const secretRecords = collection<SecretRecord>('secretsmanager.secrets', {
  key: ['account', 'region', 'name'],
  large: true,
});

/** Values of versions; a version that rotation has just made has none. */
export const valueRecords = collection<SealedValue>('secretsmanager.values', {
  key: ['account', 'region', 'secret', 'version'],
});

/** How many secrets an account has in a Region. */
export const secretCounts = collection<{ readonly secrets: number }>('secretsmanager.counts', {
  key: ['account', 'region'],
});
