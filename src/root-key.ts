import type { KeyObject } from 'node:crypto';
import type { Config } from './config.ts';
import { methodOf } from './seal/methods.ts';
import { initializeSeal, readRootKey, sealStatus } from './seal/seal.ts';
import { SealError } from './seal/seal-error.ts';
import { finishRootKeyChange } from './store/change-root-key.ts';

/**
 * The root key of the configured data directory, where it opens by itself; a new directory gets the configured seal.
 *
 * @returns undefined where the store finds or makes `root.key`, or keeps nothing
 * @throws {SealError} a person has to unseal it, or what opens it is missing or wrong
 */
export const rootKeyOf = async ({
  data,
  database,
  seal: { method, settings },
}: Config): Promise<KeyObject | undefined> => {
  if (data === ':memory:') return undefined;
  await finishRootKeyChange({ directory: data, database });
  const status = sealStatus(data);
  if (status.method === 'plain') return undefined;
  if (status.method === 'none') {
    if (method === undefined) return undefined;
    if (methodOf(method).asks) throw new SealError(`a new data directory under ${method} begins with "bulwark init"`);
    await initializeSeal(data, { method, settings });
  }
  return readRootKey(data, settings);
};
