import type { KeyObject } from 'node:crypto';
import type { Config } from '../config.ts';
import { readRootKey, sealStatus, Unsealing } from '../seal/seal.ts';
import { WrongSecret } from '../seal/seal-error.ts';
import { ConfigError } from '../setting-values.ts';
import { finishRootKeyChange } from '../store/change-root-key.ts';
import { askSecret } from './secret-input.ts';

/**
 * The root key of the data directory for a command that works on it: asks for passphrase or shares where the seal does.
 *
 * @throws {SealError}
 */
export const unsealHere = async ({ data, database, seal: { settings } }: Config): Promise<KeyObject> => {
  if (data === ':memory:') throw new ConfigError('data: a server in memory keeps no root key; name a directory');
  await finishRootKeyChange({ directory: data, database });
  const { asks } = sealStatus(data);
  if (!asks) return readRootKey(data, settings);
  const unsealing = new Unsealing(data, settings);
  for (;;) {
    const { given, needed } = unsealing.progress;
    try {
      const rootKey = await unsealing.give(
        await askSecret(asks === 'share' ? `Share ${given + 1} of ${needed}` : 'Passphrase'),
      );
      if (rootKey) return rootKey;
    } catch (error) {
      // At a terminal one tries again; a script is told at once.
      if (!(error instanceof WrongSecret && process.stdin.isTTY)) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
};

/** What the commands read that read a store: a data directory, or the URL of a database. @throws {ConfigError} neither */
export const storeOf = ({ data, database }: Config): string => {
  if (data === ':memory:') throw new ConfigError('data: a server in memory keeps nothing; name a directory');
  return database ?? data;
};
