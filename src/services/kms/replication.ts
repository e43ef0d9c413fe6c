import type { Job } from '../../events/scheduler.ts';
import { schedule } from '../../events/timers.ts';
import { fault } from '../../kernel/fault.ts';
import { appendServiceEvent } from '../../kernel/service-event.ts';
import type { StoredPolicy } from '../../kernel/stored-policy.ts';
import type { Transaction } from '../../store/store.ts';
import { usableState } from './imported-material.ts';
import { type KeyPlace, keyArn, keyPlaceIn } from './key-arn.ts';
import type { KeyRecord } from './key-record.ts';
import type { Keys } from './keys.ts';
import type { Kms } from './kms.ts';
import type { KmsKey } from './kms-key.ts';
import { relatedKeys, synchronize, withShared } from './multi-region.ts';
import { forgetRotation, takeOverRotation } from './rotation.ts';
import type { Tags } from './tags.ts';

type Parts = Pick<Kms, 'keys' | 'keyWrap'>;

/** What a replica has of its own. */
export interface ReplicaProperties {
  readonly region: string;
  readonly policy: StoredPolicy;
  readonly description: string;
  readonly tags: Tags;
}

const settlingKind = 'kms.settle-key';

/** How long a key is being created or updated: "a few seconds". */
const settlingMs = 2000;

/**
 * Makes a replica of a primary key. It is being created for some seconds.
 *
 * @throws {Fault} AlreadyExistsException, LimitExceededException
 */
export const replicate = (
  tx: Transaction,
  parts: Parts,
  primary: KmsKey,
  own: ReplicaProperties,
  now: Date,
): KmsKey => {
  const { account, id, multiRegion, keySpec, keyUsage, origin, manager } = primary.record;
  const place: KeyPlace = { account, region: own.region, id };
  if (parts.keys.find(tx, place)) {
    throw fault('AlreadyExistsException', `Replica key ${keyArn(place)} already exists.`);
  }
  // INVARIANT: requirePrimary came first.
  const related = multiRegion as Exclude<typeof multiRegion, false>;
  const from: KeyRecord = {
    ...primary.record,
    multiRegion: { ...related, replicas: [...related.replicas, own.region].sort() },
  };
  const bare: KeyRecord = {
    ...own,
    ...place,
    createdAt: now.getTime(),
    keySpec,
    keyUsage,
    origin,
    manager,
    multiRegion: from.multiRegion,
    state: 'Creating',
    materials: [],
  };
  parts.keys.update(tx, from);
  parts.keys.create(tx, withShared(bare, from, parts.keyWrap));
  settleSoon(tx, place, now);
  appendServiceEvent(tx, {
    service: 'kms',
    name: 'CreateKey',
    account,
    region: own.region,
    resource: parts.keys.get(tx, place),
    details: { keyId: id, keySpec, primaryKey: primary.arn },
    now,
  });
  synchronize(tx, parts, from, now);
  return parts.keys.get(tx, place);
};

/** Makes a replica the primary key, and the primary one a replica. Both are being updated for some seconds. */
export const swapPrimary = (tx: Transaction, parts: Parts, primary: KmsKey, replica: KmsKey, now: Date): void => {
  const { multiRegion } = primary.record;
  const related = multiRegion as Exclude<typeof multiRegion, false>;
  const others = related.replicas.filter((region) => region !== replica.record.region);
  const swapped = { primary: replica.record.region, replicas: [...others, primary.record.region].sort() };
  forgetRotation(tx, primary.record);
  const { onDemandRotationAt, ...former } = primary.record;
  const next: KeyRecord = {
    ...replica.record,
    multiRegion: swapped,
    ...(onDemandRotationAt !== undefined && { onDemandRotationAt }),
  };
  takeOverRotation(tx, next);
  parts.keys.update(tx, { ...former, multiRegion: swapped });
  for (const { record } of relatedKeys(tx, parts.keys, next))
    parts.keys.update(tx, { ...record, multiRegion: swapped });
  for (const record of [next, { ...former, multiRegion: swapped }]) {
    parts.keys.update(tx, { ...record, state: 'Updating' });
    settleSoon(tx, record, now);
  }
};

const settleSoon = (tx: Transaction, { account, region, id }: KeyPlace, now: Date): void =>
  schedule(tx, {
    kind: settlingKind,
    id: keyArn({ account, region, id }),
    dueAt: now.getTime() + settlingMs,
    payload: { account, region, id },
  });

const settling: ReadonlySet<string> = new Set(['Creating', 'Updating']);

/** Ends the states of multi-Region keys that pass by themselves. */
export const replicationJobs = (keys: Keys): Readonly<Record<string, Job>> => ({
  [settlingKind]: (tx, { payload }) => {
    const key = keys.find(tx, keyPlaceIn(payload));
    if (key && settling.has(key.record.state)) keys.update(tx, { ...key.record, state: usableState(key.record) });
  },
});
