import { randomBytes } from '../../crypto/random.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { KeyPlace } from './key-arn.ts';
import { wrapMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import { keySpecs } from './key-specs.ts';
import type { Tags } from './tags.ts';

/** What is chosen when a symmetric key comes into being. */
export interface NewKey extends KeyPlace {
  readonly policy: StoredPolicy;
  readonly description: string;
  readonly tags: Tags;
  /** 32 bytes, cleared here; absent: random. */
  readonly material?: Buffer;
}

/** The record of a new, enabled key of KMS's own material. */
export const newKeyRecord = (key: NewKey, keyWrap: KeyWrap, now: Date): KeyRecord => ({
  account: key.account,
  region: key.region,
  id: key.id,
  createdAt: now.getTime(),
  description: key.description,
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  manager: 'CUSTOMER',
  multiRegion: false,
  state: 'Enabled',
  policy: key.policy,
  tags: key.tags,
  materials: [wrapMaterial(key.material ?? randomBytes(keySpecs.SYMMETRIC_DEFAULT!.materialBytes), key, keyWrap)],
});
