import type { Config } from './config.ts';
import type { OffsetClock } from './kernel/clock.ts';
import { plant } from './plant.ts';
import type { Seed } from './seed.ts';
import type { Services } from './service-set.ts';
import type { ChosenKeyPair } from './services/iam/index.ts';
import type { Store } from './store/store.ts';

/** Is told of the root access key as soon as it is kept: its secret is shown nowhere else. */
export type RootKeyMade = (pair: ChosenKeyPair) => void;

/** What a first start works with. */
export interface FirstStart {
  readonly store: Store;
  readonly services: Services;
  readonly clock: OffsetClock;
  readonly config: Config;
  readonly seed: Seed | undefined;
  readonly made: RootKeyMade;
}

/**
 * Makes the root access key of a new store and plants the seed. Comes after all that the configuration may have wrong: the
 * secret is shown once, by a start that succeeds.
 *
 * @returns the key, if this made one
 */
export const settle = async (first: FirstStart): Promise<ChosenKeyPair | undefined> => {
  const { store, services, clock, seed, made } = first;
  const created = await ensureRootKey(first);
  if (created) made(created);
  if (seed) await store.transact((tx) => plant(tx, seed, services, clock.now()));
  return created;
};

/**
 * Creates the account's root access key unless the account has one. Open mode needs none: any key is the administrator's.
 *
 * @returns the key, if this made one
 */
export const ensureRootKey = ({
  store,
  services: { identity },
  clock,
  config: { account, mode, rootAccessKey: chosen },
}: Pick<FirstStart, 'store' | 'services' | 'clock' | 'config'>): Promise<ChosenKeyPair | undefined> =>
  store.transact((tx) => {
    if (identity.rootAccessKeyIds(tx, account)?.length) return undefined;
    if (mode === 'open' && !chosen) {
      identity.seedAccount(tx, account, clock.now());
      return undefined;
    }
    const pair = chosen && { accessKeyId: chosen.id, secretAccessKey: chosen.secret };
    const { record, secretAccessKey } = identity.createRootAccessKey(tx, account, clock.now(), pair);
    return { accessKeyId: record.accessKeyId, secretAccessKey };
  });
