import type { Config } from '../config.ts';
import { sealStatus } from '../seal/seal.ts';
import { ConfigError } from '../setting-values.ts';

/** `bulwark seal status`: how the root key of a data directory is kept. Reads files only; shows no secret. */
export const sealStatusCommand = async ({ data }: Config): Promise<void> => {
  if (data === ':memory:') throw new ConfigError('data: a server in memory has no seal; name a directory');
  const { method, asks, needed, id, created, plainCopy } = sealStatus(data);
  if (method === 'none') {
    process.stdout.write(`${data} has no root key yet; "bulwark init" or the first start makes it.\n`);
    return;
  }
  if (method === 'plain') {
    process.stdout.write(
      `The root key of ${data} lies in root.key beside the data, readable by whoever reads the directory.\n"bulwark rewrap --seal …" seals it.\n`,
    );
    return;
  }
  const start = asks
    ? `waits for ${needed === 1 ? `a ${asks}` : `${needed} ${asks}s`}: "bulwark unseal"`
    : 'opens by itself';
  process.stdout.write(
    `The root key of ${data} is sealed by ${method} (seal ${id}, made ${created}); a start ${start}.\n`,
  );
  if (plainCopy)
    process.stdout.write(
      `WARNING: root.key lies beside seal.json, as a rewrap that was interrupted leaves it. The next start removes it if it is the same root key.\n`,
    );
};
