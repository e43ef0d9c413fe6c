import { ClientError } from '../../client/client-error.ts';
import type { Config } from '../../config.ts';
import type { Texts } from '../command-row.ts';
import { changesBetween, describeChanges, type Entries } from './changes.ts';
import { formatOf } from './formats.ts';
import { type Place, placeOf } from './place.ts';
import { readEntries } from './reading.ts';

/**
 * `bulwark secrets diff`: which names a file, or another place, has that this one has not, has otherwise, or has not. Exits
 * with 1 where they differ, as diff does.
 */
export const diffCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const place = placeOf(flags, environment);
  const { entries } = await place.read();
  const changes = changesBetween(entries, await otherSide(place, flags, environment));
  process.stdout.write(describeChanges(changes, flags.show === 'true'));
  if (changes.length > 0) process.exitCode = 1;
};

const otherSide = async (place: Place, flags: Texts, environment: Texts): Promise<Entries> => {
  const { file, format, 'to-path': path, 'to-secret': secret } = flags;
  if ([file, path, secret].filter((one) => one !== undefined).length !== 1)
    throw new ClientError('give one to compare with: a file, --to-path or --to-secret');
  if (file !== undefined) return place.accept(readEntries(file, formatOf(format, file)));
  const other = { ...flags };
  delete other.path;
  delete other.secret;
  const there = placeOf({ ...other, ...(path ? { path } : { secret }) }, environment);
  return place.accept((await there.read()).entries);
};
