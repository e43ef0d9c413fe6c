import type { ImportType, KeyMaterialState } from '@aws-sdk/client-kms';
import type { Job } from '../../events/scheduler.ts';
import { fault } from '../../kernel/fault.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { cancelExpiry, expiryKind, scheduleExpiry } from './import-expiry.ts';
import { keyArn, keyPlaceIn } from './key-arn.ts';
import type { StoredMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { Kms } from './kms.ts';
import type { KmsKey } from './kms-key.ts';
import { isReplica, relatedKeys, synchronize } from './multi-region.ts';

/** What imported material needs of KMS. */
type Parts = Pick<Kms, 'keys' | 'keyWrap'>;

/** Asserts that a key takes imported material. @throws {Fault} UnsupportedOperationException */
export const requireImportable = ({ record, arn }: KmsKey): void => {
  if (record.origin === 'EXTERNAL') return;
  throw fault(
    'UnsupportedOperationException',
    `${arn} origin is ${record.origin} which is not valid for this operation.`,
  );
};

/** Whether a key has every material that was ever imported into it, and at least one. */
export const isImported = ({ origin, materials }: KeyRecord): boolean =>
  origin === 'EXTERNAL' && materials.length > 0 && materials.every(({ wrapped }) => wrapped !== undefined);

/** When the first of a key's imported materials expires, in milliseconds since the epoch; undefined: none does. */
export const earliestExpiry = ({ materials }: KeyRecord): number | undefined => {
  const expiries = materials.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt]));
  return expiries.length > 0 ? Math.min(...expiries) : undefined;
};

/** The state of a key that nobody disabled: it can be used when all its material is there. */
export const usableState = (record: KeyRecord): 'Enabled' | 'PendingImport' =>
  record.origin !== 'EXTERNAL' || isImported(record) ? 'Enabled' : 'PendingImport';

/**
 * Puts imported material into a key.
 *
 * @param material wrapped for this key
 * @param type absent: new for a key that never had any, else such as it has
 * @throws {Fault} IncorrectKeyMaterialException, KMSInvalidStateException, UnsupportedOperationException
 */
export const importMaterial = (
  tx: Transaction,
  parts: Parts,
  key: KmsKey,
  material: StoredMaterial,
  type: ImportType | undefined,
  now: Date,
): void => {
  const { record } = key;
  const isNew = type === undefined ? record.materials.length === 0 : type === 'NEW_KEY_MATERIAL';
  const next = isNew ? withNew(key, material) : withExisting(tx, record, material);
  scheduleExpiry(tx, record, material);
  const state = record.state === 'PendingImport' ? usableState(next) : record.state;
  parts.keys.update(tx, { ...next, state });
  if (next.pendingMaterial?.id === material.id && !isReplica(next)) synchronize(tx, parts, next, now);
};

const withNew = ({ record, arn }: KmsKey, material: StoredMaterial): KeyRecord => {
  if (isReplica(record)) {
    throw fault('UnsupportedOperationException', `${arn} is a replica: import new key material into its primary key.`);
  }
  if (knownMaterials(record).some(({ id }) => id === material.id)) {
    throw incorrect('The key material is already associated with the KMS key.');
  }
  const pending = record.pendingMaterial;
  if (pending) {
    throw fault(
      'KMSInvalidStateException',
      `New key material (id: ${material.id}) cannot be imported into KMS key ${arn}, ` +
        `because another key material (id: ${pending.id}) is pending rotation.`,
    );
  }
  return record.materials.length === 0
    ? { ...record, materials: [material] }
    : { ...record, pendingMaterial: material };
};

const withExisting = (tx: Transaction, record: KeyRecord, material: StoredMaterial): KeyRecord => {
  const known = knownMaterials(record).find(({ id }) => id === material.id);
  if (!known) throw incorrect('The key material is not the key material that was previously imported.');
  cancelExpiry(tx, record, known);
  const { expiresAt: _past, ...kept } = known;
  const imported = { ...kept, ...material };
  if (record.pendingMaterial?.id === known.id) return { ...record, pendingMaterial: imported };
  return { ...record, materials: record.materials.map((each) => (each.id === known.id ? imported : each)) };
};

const knownMaterials = ({ materials, pendingMaterial }: KeyRecord): readonly StoredMaterial[] =>
  pendingMaterial ? [...materials, pendingMaterial] : materials;

/** @throws {Fault} what is imported is not what it should be */
export const incorrect = (message: string) => fault('IncorrectKeyMaterialException', message);

/**
 * Deletes imported material; its id stays with the key, which takes no other in its place. Material that waits for a
 * rotation goes altogether, from the replicas too.
 *
 * @param materialId absent: the current one
 * @returns its id; undefined: the key never had any
 * @throws {Fault} NotFoundException
 */
export const deleteMaterial = (
  tx: Transaction,
  parts: Parts,
  record: KeyRecord,
  materialId: string | undefined,
  now: Date,
): string | undefined => {
  const wanted = materialId ?? record.materials.at(-1)?.id;
  if (wanted === undefined) return undefined;
  const material = knownMaterials(record).find(({ id }) => id === wanted);
  if (!material) throw fault('NotFoundException', `Key material ${wanted} is not associated with ${keyArn(record)}.`);
  cancelExpiry(tx, record, material);
  const { wrapped, expiresAt: _past, ...emptied } = material;
  if (record.pendingMaterial?.id === wanted) {
    const { pendingMaterial: _dropped, ...rest } = record;
    const next = isReplica(record) ? { ...rest, pendingMaterial: emptied } : rest;
    parts.keys.update(tx, next);
    if (!isReplica(record)) synchronize(tx, parts, next, now);
  } else if (wrapped !== undefined) {
    const materials = record.materials.map((each) => (each.id === wanted ? emptied : each));
    const state = keepsState.has(record.state) ? record.state : 'PendingImport';
    parts.keys.update(tx, { ...record, materials, state });
  }
  return wanted;
};

const keepsState: ReadonlySet<string> = new Set(['PendingDeletion', 'PendingReplicaDeletion']);

/** How far material is that waits for RotateKeyOnDemand: related keys must all have it. */
export const pendingStateOf = (tx: Transaction, { keys }: Pick<Kms, 'keys'>, record: KeyRecord): KeyMaterialState => {
  const all = [record, ...relatedKeys(tx, keys, record).map((key) => key.record)];
  return all.every(({ pendingMaterial }) => pendingMaterial?.wrapped !== undefined)
    ? 'PENDING_ROTATION'
    : 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';
};

/** Deletes imported material when it expires, each with a `DeleteExpiredKeyMaterial` service event. */
export const importJobs = (parts: Parts): Readonly<Record<string, Job>> => ({
  [expiryKind]: (tx, { payload }, now) => {
    const place = keyPlaceIn(payload);
    const key = parts.keys.get(tx, place);
    const keyMaterialId = payload.materialId!;
    deleteMaterial(tx, parts, key.record, keyMaterialId, now);
    const { account, region } = place;
    const details = { keyId: place.id, keyMaterialId };
    const name = 'DeleteExpiredKeyMaterial';
    appendServiceEvent(tx, { service: 'kms', name, account, region, resource: key, details, now });
  },
});
