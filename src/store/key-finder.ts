import type { SharedEngine } from './engine.ts';
import type { Keyring } from './keyring.ts';
import { NotLoaded, StoreUnavailable } from './store.ts';

/** A client may name any id in what it presents; those that were looked for are remembered up to here. */
const maxAsked = 1000;

/**
 * Finds keys that other processes made: reads the keyring again, once for each id that is not known.
 *
 * @returns a function that throws NotLoaded the first time it is asked for an id, and StoreUnavailable where the read failed
 */
export const keyFinder = (keyring: Pick<Keyring, 'learn'>, engine: SharedEngine): ((id: number) => void) => {
  /** By id: the read under way, why it failed, or undefined once the key was not among those read. */
  const asked = new Map<number, Promise<void> | StoreUnavailable | undefined>();
  const read = async (id: number): Promise<void> => {
    try {
      keyring.learn(await engine.readKeyring());
      asked.set(id, undefined);
    } catch (cause) {
      asked.set(id, new StoreUnavailable('the keyring was not read', { cause }));
    }
  };
  return (id) => {
    if (!asked.has(id)) {
      if (asked.size >= maxAsked) asked.delete(asked.keys().next().value!);
      asked.set(id, read(id));
    }
    const found = asked.get(id);
    if (found instanceof Promise) throw new NotLoaded(found);
    if (!found) return;
    asked.delete(id);
    throw found;
  };
};

/** Lets nothing be sealed before the keys are known that other processes have made by now. */
export const catchUpOn = (keyring: Pick<Keyring, 'learn' | 'catchUp'>, engine: SharedEngine): void => {
  let reading: Promise<void> | undefined;
  let failure: StoreUnavailable | undefined;
  const read = async (): Promise<void> => {
    try {
      keyring.learn(await engine.readKeyring());
      if (keyring.catchUp === catchUp) keyring.catchUp = undefined;
    } catch (cause) {
      failure = new StoreUnavailable('the keyring was not read', { cause });
    }
  };
  const catchUp = (): void => {
    const failed = failure;
    if (failed) {
      failure = undefined;
      reading = undefined;
      throw failed;
    }
    reading ??= read();
    throw new NotLoaded(reading);
  };
  keyring.catchUp = catchUp;
};
