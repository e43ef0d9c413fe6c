import type { Config } from '../config.ts';
import { restoreClock } from '../events/test-clock.ts';
import { iam } from '../services/iam/index.ts';
import { ConfigError } from '../setting-values.ts';
import { openStore } from '../store/open.ts';
import { unsealHere } from './unseal-here.ts';

/** `bulwark credentials reset-root`: the way back in for whoever holds the data directory and its root key. */
export const resetRootCommand = async (config: Config): Promise<void> => {
  if (config.data === ':memory:')
    throw new ConfigError('data: a server in memory has no root access key to reset; name a directory');
  const store = await openStore({ data: config.database ?? config.data, rootKey: await unsealHere(config) });
  try {
    const identity = iam({ store });
    const { record, secretAccessKey } = await store.transact((tx) =>
      identity.resetRootAccessKey(tx, config.account, new Date(Date.now() + restoreClock(tx))),
    );
    process.stdout.write(
      [
        `# New root access key of account ${config.account}; all earlier ones are deleted.`,
        `export AWS_ACCESS_KEY_ID=${record.accessKeyId}`,
        `export AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
        '',
      ].join('\n'),
    );
  } finally {
    await store.close();
  }
};
