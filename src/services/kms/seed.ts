import { randomBytes } from '../../crypto/random.ts';
import type { Transaction } from '../../store/store.ts';
import type { KeyPlace } from './key-arn.ts';
import { acceptKeyPolicy, defaultKeyPolicy } from './key-policy.ts';
import type { Kms } from './kms.ts';
import { newKeyRecord } from './new-key.ts';
import { replicate } from './replication.ts';
import { addTags, type Tags } from './tags.ts';

/** A key as a fixture file describes it; its id may have any form. */
export interface KeySeed extends KeyPlace {
  /** 32 bytes, copied; absent: random. */
  readonly material?: Buffer;
  readonly description?: string;
  /** JSON text; absent: the default key policy. */
  readonly policy?: string;
  /** Names with their `alias/` prefix. */
  readonly aliases: readonly string[];
  readonly tags: Tags;
  /** Regions of its replicas; any makes it a multi-Region key. */
  readonly replicas: readonly string[];
}

/**
 * Makes a key as described, and the aliases that are not there yet. A key that is there stays as it is.
 *
 * @throws {Fault} as the API operations that would do the same
 */
export const seedKey = (
  { keys, aliases, principals, keyWrap }: Kms,
  tx: Transaction,
  seed: KeySeed,
  now: Date,
): void => {
  const { account, region, id, description = '' } = seed;
  if (!keys.find(tx, seed)) {
    const policy = seed.policy === undefined ? defaultKeyPolicy(account) : acceptKeyPolicy(seed.policy, tx, principals);
    const tags = addTags(
      {},
      Object.entries(seed.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    );
    const material = seed.material ? Buffer.from(seed.material) : randomBytes(32);
    const symmetric = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT', material } as const;
    const multiRegion = seed.replicas.length > 0;
    const chosen = { account, region, id, policy, description, tags, ...symmetric, multiRegion };
    keys.create(tx, newKeyRecord(chosen, keyWrap, now));
    for (const replica of seed.replicas) {
      const own = { region: replica, policy, description, tags };
      const { record } = replicate(tx, { keys, keyWrap }, keys.get(tx, seed), own, now);
      keys.update(tx, { ...record, state: 'Enabled' });
    }
  }
  for (const name of seed.aliases) if (!aliases.find(tx, account, region, name)) aliases.create(tx, name, seed, now);
};
