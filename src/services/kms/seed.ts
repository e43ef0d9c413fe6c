import { randomBytes } from '../../crypto/random.ts';
import type { Transaction } from '../../store/store.ts';
import type { KeyPlace } from './key-arn.ts';
import { acceptKeyPolicy, defaultKeyPolicy } from './key-policy.ts';
import type { Kms } from './kms.ts';
import { newKeyRecord } from './new-key.ts';
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
    keys.create(tx, newKeyRecord({ account, region, id, policy, description, tags, ...symmetric }, keyWrap, now));
  }
  for (const name of seed.aliases) if (!aliases.find(tx, account, region, name)) aliases.create(tx, name, seed, now);
};
