import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isPresent, readPrivately } from '../seal/private-file.ts';
import { ConfigError } from '../setting-values.ts';
import { writeBackup } from '../store/backup.ts';
import { backupPlaceOf, localPathOf } from './backup-place.ts';
import { liesIn } from './lies-in.ts';
import { storeOf, unsealHere } from './unseal-here.ts';

/** `bulwark backup`: a sealed copy of a data directory, or of a database, as of this moment. */
export const backupCommand = async (
  config: Config,
  { to }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  if (to === undefined) throw new ConfigError('--to names the backup to write');
  const place = backupPlaceOf(to, config);
  const path = localPathOf(to);
  if (path !== undefined && liesIn(config.data, path))
    throw new ConfigError(`${to} lies in the data directory, and would be lost with it; name a place elsewhere`);
  if (await place.exists()) throw new ConfigError(`${to} is there already; name another one`);
  const rootKey = await unsealHere(config);
  const sealPath = join(config.data, 'seal.json');
  const seal = isPresent(sealPath) ? readPrivately(sealPath) : undefined;
  const { head, records, databaseBytes } = await writeBackup(storeOf(config), place, rootKey, seal);
  process.stdout.write(
    `${to}: ${records} records and ${head.sequence} journal records, ${databaseBytes} bytes.\nhead ${head.sequence} ${head.hash}\n${
      seal === undefined
        ? `It opens with root.key only, which is not in it: keep a copy of ${join(config.data, 'root.key')} elsewhere.\n`
        : 'It opens with what opens the seal now.\n'
    }`,
  );
};
