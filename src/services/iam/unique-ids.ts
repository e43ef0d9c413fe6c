import { hash } from 'node:crypto';
import { identifier } from '../../crypto/draws.ts';
import { randomBytes } from '../../crypto/random.ts';

/** What the first four letters of a unique id say. @see IAM: "IAM identifiers: Unique identifiers" */
export type UniqueIdPrefix = 'AIDA' | 'ANPA' | 'AROA' | 'AGPA' | 'AIPA' | 'ASCA' | 'APKA' | 'ACCA';

/** A new unique id: the prefix and 17 random characters (85 bits). */
export const newUniqueId = (prefix: UniqueIdPrefix): string =>
  identifier(prefix, () => prefix + base32(randomBytes(17)));

/** A new id of a signing certificate: 32 characters. */
export const newCertificateId = (): string => identifier('certificate', () => base32(randomBytes(32)));

/** The unique id of something that every account sees alike, derived from its ARN. */
export const derivedUniqueId = (prefix: UniqueIdPrefix, arn: string): string =>
  prefix + base32(hash('sha256', arn, 'buffer').subarray(0, 17));

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const base32 = (bytes: Buffer): string => Array.from(bytes, (byte) => alphabet[byte & 31]).join('');
