import type { KeyObject } from 'node:crypto';
import type { KeySpec, KeyUsageType } from '@aws-sdk/client-kms';
import { randomBytes, randomUuid } from '../../crypto/random.ts';
import type { Eventually } from '../../kernel/eventually.ts';
import { oncePerCall } from '../../kernel/once.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { KeyWrap } from '../../store/store.ts';
import type { KeyPlace } from './key-arn.ts';
import { type StoredMaterial, wrapKeyPair, wrapMaterial } from './key-material.ts';
import { newKeyPair } from './key-pair-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { MaterialForm } from './key-specs.ts';
import type { Tags } from './tags.ts';

/** What is chosen when a key comes into being. */
export interface NewKey extends KeyPlace {
  readonly policy: StoredPolicy;
  readonly description: string;
  readonly tags: Tags;
  readonly keySpec: KeySpec;
  readonly keyUsage: KeyUsageType;
  /** A private key, or the bytes of a symmetric or HMAC key, which are cleared here; absent: it is to be imported. */
  readonly material?: KeyObject | Buffer | undefined;
  /** True: a primary key, without replicas yet. */
  readonly multiRegion?: boolean | undefined;
}

/** The record of a new key: enabled, or waiting for material to be imported. */
export const newKeyRecord = (key: NewKey, keyWrap: KeyWrap, now: Date): KeyRecord => ({
  account: key.account,
  region: key.region,
  id: key.id,
  createdAt: now.getTime(),
  description: key.description,
  keySpec: key.keySpec,
  keyUsage: key.keyUsage,
  origin: key.material ? 'AWS_KMS' : 'EXTERNAL',
  manager: 'CUSTOMER',
  multiRegion: key.multiRegion ? { primary: key.region, replicas: [] } : false,
  state: key.material ? 'Enabled' : 'PendingImport',
  policy: key.policy,
  tags: key.tags,
  materials: key.material ? [wrapped(key.material, key, keyWrap)] : [],
});

const wrapped = (material: KeyObject | Buffer, key: KeyPlace, keyWrap: KeyWrap): StoredMaterial =>
  Buffer.isBuffer(material) ? wrapMaterial(material, key, keyWrap) : wrapKeyPair(material, key, keyWrap);

/** An id as CreateKey makes it: that of a multi-Region key tells that it is one. */
export const newKeyId = (multiRegion: boolean): string =>
  multiRegion ? `mrk-${randomUuid().replaceAll('-', '')}` : randomUuid();

/**
 * New random material.
 *
 * @param input of the call: a key pair, which takes long to make, is made once for it
 * @throws {Fault} ThrottlingException: too many key pairs are being made
 */
export const newMaterial = (form: MaterialForm, input: object): Eventually<KeyObject | Buffer> =>
  form.kind === 'pair' ? oncePerCall(input, () => newKeyPair(form.pair)) : randomBytes(form.bytes);
