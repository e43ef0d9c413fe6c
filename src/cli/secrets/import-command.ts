import type { Config } from '../../config.ts';
import type { Texts } from '../command-row.ts';
import { changesBetween, describeChanges } from './changes.ts';
import { formatOf } from './formats.ts';
import { placeOf } from './place.ts';
import { readEntries } from './reading.ts';

/**
 * `bulwark secrets import`: brings what a file says to Parameter Store or into a secret. What is there already is not
 * written again; what the file does not name stays, unless `--prune` says otherwise.
 */
export const importCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const { file = '-', format } = flags;
  const place = placeOf(flags, environment);
  const wanted = place.accept(readEntries(file, formatOf(format, file)));
  const before = await place.read();
  const changes = changesBetween(before.entries, wanted).filter(
    ({ kind }) => kind !== 'removed' || flags.prune === 'true',
  );
  process.stdout.write(describeChanges(changes, flags.show === 'true'));
  if (changes.length > 0 && flags['dry-run'] !== 'true') await place.write(changes, before);
};
