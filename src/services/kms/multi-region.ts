import type { MultiRegionConfiguration, MultiRegionKeyType } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { KeyWrap, Transaction } from '../../store/store.ts';
import { cancelExpiry } from './import-expiry.ts';
import { type KeyPlace, keyArn } from './key-arn.ts';
import { rewrapMaterial, type StoredMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { Keys } from './keys.ts';
import type { KmsKey } from './kms-key.ts';

/** Regions of a multi-Region key: keys of one account that have id, material, spec, usage, origin and rotation in common. */
export interface RelatedKeys {
  readonly primary: string;
  readonly replicas: readonly string[];
}

/** What sharing needs of KMS. */
interface Parts {
  readonly keys: Keys;
  readonly keyWrap: KeyWrap;
}

/** Which kind of multi-Region key it is; undefined: none. */
export const multiRegionKeyType = ({ region, multiRegion }: KeyRecord): MultiRegionKeyType | undefined => {
  if (!multiRegion) return undefined;
  return multiRegion.primary === region ? 'PRIMARY' : 'REPLICA';
};

/** Whether it is a replica of a multi-Region primary key. */
export const isReplica = (record: KeyRecord): boolean => multiRegionKeyType(record) === 'REPLICA';

/** `MultiRegionConfiguration`, the same in every Region but for the kind of the key that is asked. */
export const multiRegionConfiguration = (record: KeyRecord, related: RelatedKeys): MultiRegionConfiguration => ({
  MultiRegionKeyType: multiRegionKeyType(record),
  PrimaryKey: toMultiRegionKey(record, related.primary),
  ReplicaKeys: related.replicas.map((region) => toMultiRegionKey(record, region)),
});

const toMultiRegionKey = ({ account, id }: KeyPlace, region: string) => ({
  Arn: keyArn({ account, region, id }),
  Region: region,
});

/** The other keys of its set; none for a key of one Region. */
export const relatedKeys = (tx: Transaction, keys: Keys, record: KeyRecord): readonly KmsKey[] => {
  const { account, id, region: own, multiRegion } = record;
  if (!multiRegion) return [];
  const others = [multiRegion.primary, ...multiRegion.replicas].filter((region) => region !== own);
  return others.map((region) => keys.get(tx, { account, region, id }));
};

/** @throws {Fault} UnsupportedOperationException: only the primary key of a multi-Region key can do this */
export const requirePrimary = ({ record, arn }: KmsKey): void => {
  if (multiRegionKeyType(record) !== 'PRIMARY') throw notPrimary(arn);
};

/** @throws {Fault} UnsupportedOperationException: a replica gets this from its primary key */
export const refuseReplica = ({ record, arn }: KmsKey): void => {
  if (isReplica(record)) throw notPrimary(arn);
};

const notPrimary = (arn: string) => fault('UnsupportedOperationException', `${arn} is not a multi-Region primary key.`);

/** Gives every replica what it has in common with its primary key, as that one is now; nothing happens for other keys. */
export const synchronize = (tx: Transaction, { keys, keyWrap }: Parts, primary: KeyRecord, now: Date): void => {
  const replicas = relatedKeys(tx, keys, primary);
  if (replicas.length === 0) return;
  for (const { record } of replicas) {
    const next = withShared(record, primary, keyWrap);
    const dropped = record.pendingMaterial;
    if (dropped && !next.pendingMaterial && !next.materials.some(({ id }) => id === dropped.id))
      cancelExpiry(tx, record, dropped);
    keys.update(tx, next);
  }
  appendServiceEvent(tx, {
    service: 'kms',
    name: 'SynchronizeMultiRegionKey',
    account: primary.account,
    region: primary.region,
    resource: { arn: keyArn(primary), account: primary.account, type: 'AWS::KMS::Key' },
    details: { keyId: primary.id },
    now,
  });
};

/** A replica's record with what it shares. Imported material is not copied: each Region imports it, and only the same. */
export const withShared = (replica: KeyRecord, primary: KeyRecord, keyWrap: KeyWrap): KeyRecord => {
  const { rotation: _rotation, pendingMaterial: pending, ...own } = replica;
  const had = [...replica.materials, ...(pending ? [pending] : [])];
  const share = (material: StoredMaterial): StoredMaterial => {
    const same = had.find(({ id }) => id === material.id);
    if (same) return { ...same, ...(material.rotation && { rotation: material.rotation }) };
    return replica.origin === 'EXTERNAL' ? toImport(material) : rewrapMaterial(material, primary, replica, keyWrap);
  };
  return {
    ...own,
    multiRegion: primary.multiRegion,
    materials: primary.materials.map(share),
    ...(primary.rotation && { rotation: primary.rotation }),
    ...(primary.pendingMaterial && { pendingMaterial: share(primary.pendingMaterial) }),
  };
};

const toImport = ({ id, publicKey, rotation, description }: StoredMaterial): StoredMaterial => ({
  id,
  ...(publicKey !== undefined && { publicKey }),
  ...(rotation && { rotation }),
  ...(description !== undefined && { description }),
});
