import type { RotationType } from '@aws-sdk/client-kms';
import { randomBytes } from '../../crypto/random.ts';
import type { Job } from '../../events/scheduler.ts';
import { cancel, schedule, type Timer } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import { defaultValueOf } from '../../kernel/quota.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { Transaction } from '../../store/store.ts';
import { pendingStateOf } from './imported-material.ts';
import { type KeyPlace, keyArn, keyPlaceIn } from './key-arn.ts';
import { type StoredMaterial, wrapMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import type { Kms } from './kms.ts';
import type { KmsKey } from './kms-key.ts';
import { isReplica, relatedKeys, synchronize } from './multi-region.ts';
import { quotas } from './resource-quotas.ts';

/** Automatic rotation, while it is on. */
export interface AutomaticRotation {
  readonly periodDays: number;
  /** Milliseconds since the epoch. In the past: the key could not be used then, and is rotated when it is enabled. */
  readonly nextAt: number;
}

/** What rotation needs of KMS. */
type Parts = Pick<Kms, 'keys' | 'keyWrap'>;

const dayMs = 86_400_000;
const automaticKind = 'kms.rotate-key';
const onDemandKind = 'kms.rotate-key-on-demand';

/** So near to an automatic rotation, none is started on demand. */
const conflictMs = 20 * 60_000;

const timerOf = (kind: string, key: KeyPlace, dueAt: number): Timer => ({
  kind,
  id: keyArn(key),
  dueAt,
  payload: { account: key.account, region: key.region, id: key.id },
});

/** Turns automatic rotation on, or changes its period; the period begins now. */
export const enableRotation = (tx: Transaction, parts: Parts, key: KmsKey, periodDays: number, now: Date): void => {
  const record = withRotation(tx, key.record, periodDays, now.getTime());
  parts.keys.update(tx, record);
  synchronize(tx, parts, record, now);
};

/** Turns automatic rotation off; nothing happens where it is off. */
export const disableRotation = (tx: Transaction, parts: Parts, key: KmsKey, now: Date): void => {
  const { rotation, ...record } = key.record;
  if (!rotation) return;
  cancel(tx, timerOf(automaticKind, record, rotation.nextAt));
  parts.keys.update(tx, record);
  synchronize(tx, parts, record, now);
};

/** The record with its next automatic rotation a period from now, and the timer for it. */
export const withRotation = (tx: Transaction, record: KeyRecord, periodDays: number, now: number): KeyRecord => {
  if (record.rotation) cancel(tx, timerOf(automaticKind, record, record.rotation.nextAt));
  const nextAt = now + periodDays * dayMs;
  schedule(tx, timerOf(automaticKind, record, nextAt));
  return { ...record, rotation: { periodDays, nextAt } };
};

/**
 * Has the key rotated at once, in the background as AWS does; the automatic schedule stays as it is.
 *
 * @throws {Fault} LimitExceededException, ConflictException; KMSInvalidStateException: imported material is not there to take over
 */
export const rotateOnDemand = (tx: Transaction, { keys }: Parts, { record, arn }: KmsKey, now: Date): void => {
  const at = now.getTime();
  if (record.origin === 'EXTERNAL' && !canTakeOver(tx, keys, record)) {
    throw fault('KMSInvalidStateException', `No available key material pending rotation for the key: ${arn}.`);
  }
  const most = defaultValueOf(quotas.rotationsOnDemand, record.region);
  if (record.materials.filter(({ rotation }) => rotation?.type === 'ON_DEMAND').length >= most) {
    throw fault('LimitExceededException', `${arn} has been rotated on demand ${most} times already.`);
  }
  if (record.onDemandRotationAt !== undefined || (record.rotation && record.rotation.nextAt - at <= conflictMs)) {
    throw fault('ConflictException', `${arn} is being rotated, or will be within 20 minutes.`);
  }
  keys.update(tx, { ...record, onDemandRotationAt: at });
  schedule(tx, timerOf(onDemandKind, record, at));
};

/** Makes up for an automatic rotation that a key missed while it was not enabled. */
export const resumeRotation = (tx: Transaction, parts: Parts, place: KeyPlace, now: Date): void => {
  const { record } = parts.keys.get(tx, place);
  if (isReplica(record)) return;
  if (record.rotation && record.rotation.nextAt <= now.getTime()) rotateAutomatically(tx, parts, record, now);
};

/** Sets the timers of a key that became the primary one. */
export const takeOverRotation = (tx: Transaction, record: KeyRecord): void => {
  if (record.rotation) schedule(tx, timerOf(automaticKind, record, record.rotation.nextAt));
  if (record.onDemandRotationAt !== undefined) schedule(tx, timerOf(onDemandKind, record, record.onDemandRotationAt));
};

/** Takes back the timers of a key that is deleted, or is the primary one no more. */
export const forgetRotation = (tx: Transaction, record: KeyRecord): void => {
  if (record.rotation) cancel(tx, timerOf(automaticKind, record, record.rotation.nextAt));
  if (record.onDemandRotationAt !== undefined) cancel(tx, timerOf(onDemandKind, record, record.onDemandRotationAt));
};

/** Rotates keys when they are due; only enabled ones, the others are when they are enabled again. */
export const rotationJobs = (parts: Parts): Readonly<Record<string, Job>> => ({
  [automaticKind]: (tx, { payload }, now) => {
    const { record } = parts.keys.get(tx, keyPlaceIn(payload));
    if (usable.has(record.state)) rotateAutomatically(tx, parts, record, now);
  },
  [onDemandKind]: (tx, { payload }, now) => {
    const { record: asked } = parts.keys.get(tx, keyPlaceIn(payload));
    const { onDemandRotationAt: _done, ...record } = asked;
    parts.keys.update(tx, record);
    const ready = record.origin !== 'EXTERNAL' || canTakeOver(tx, parts.keys, record);
    if (usable.has(record.state) && ready) rotate(tx, parts, record, 'ON_DEMAND', now);
  },
});

const rotateAutomatically = (tx: Transaction, parts: Parts, record: KeyRecord, now: Date): void => {
  // INVARIANT: only keys with automatic rotation have the timer, or miss a rotation.
  const next = withRotation(tx, record, record.rotation!.periodDays, now.getTime());
  rotate(tx, parts, next, 'AUTOMATIC', now);
};

const usable: ReadonlySet<string> = new Set(['Enabled', 'Updating']);

const canTakeOver = (tx: Transaction, keys: Kms['keys'], record: KeyRecord): boolean =>
  pendingStateOf(tx, { keys }, record) === 'PENDING_ROTATION';

/** Puts new key material in front, in every Region of the key; the old ones go on to decrypt. */
const rotate = (tx: Transaction, parts: Parts, record: KeyRecord, type: RotationType, now: Date): void => {
  const { pendingMaterial, ...key } = record;
  const taken: StoredMaterial = pendingMaterial ?? wrapMaterial(randomBytes(32), key, parts.keyWrap);
  const material = { ...taken, rotation: { type, at: now.getTime() } };
  const next = { ...key, materials: [...key.materials, material] };
  parts.keys.update(tx, next);
  tellRotation(tx, key, material, now);
  for (const related of relatedKeys(tx, parts.keys, next)) tellRotation(tx, related.record, material, now);
  synchronize(tx, parts, next, now);
};

const tellRotation = (tx: Transaction, key: KeyRecord, material: StoredMaterial, now: Date): void =>
  appendServiceEvent(tx, {
    service: 'kms',
    name: 'RotateKey',
    account: key.account,
    region: key.region,
    resource: { arn: keyArn(key), account: key.account, type: 'AWS::KMS::Key' },
    details: {
      rotationType: material.rotation!.type,
      keyOrigin: key.origin,
      previousKeyMaterialId: key.materials.at(-1)!.id,
      currentKeyMaterialId: material.id,
      keyId: key.id,
    },
    now,
  });

/**
 * Asserts that a key is of a kind that is rotated by itself: symmetric, with material that KMS makes.
 *
 * @throws {Fault} UnsupportedOperationException
 */
export const requireRotatable = (operation: string, key: KmsKey): void => {
  requireRotations(operation, key);
  if (key.record.origin === 'EXTERNAL') throw unfitOrigin(key);
};

/**
 * Asserts that a key is of a kind that can have several materials: symmetric, made by KMS or imported.
 *
 * @throws {Fault} UnsupportedOperationException
 */
export const requireRotations = (operation: string, key: KmsKey): void => {
  const { record, arn } = key;
  const { keySpec, origin } = record;
  if (keySpec !== 'SYMMETRIC_DEFAULT') {
    throw fault('UnsupportedOperationException', `${arn} key spec is ${keySpec} which is not valid for ${operation}.`);
  }
  if (origin !== 'AWS_KMS' && origin !== 'EXTERNAL') throw unfitOrigin(key);
};

const unfitOrigin = ({ record, arn }: KmsKey) =>
  fault('UnsupportedOperationException', `${arn} origin is ${record.origin} which is not valid for this operation.`);
