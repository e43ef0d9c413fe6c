import { ClientError } from '../../client/client-error.ts';
import { textOfMember } from '../../client/secret-value.ts';
import type { Config } from '../../config.ts';
import type { Texts } from '../command-row.ts';
import { toVariables } from '../environment-names.ts';
import { formatOf } from './formats.ts';
import { placeOf } from './place.ts';

/** `bulwark secrets export`: names and values, to standard output. */
export const exportCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const format = formatOf(flags.format, undefined);
  const place = placeOf(flags, environment);
  const { entries } = await place.read();
  if (entries.size === 0) throw new ClientError(`there is nothing at ${place.name}`);
  const texts = [...entries].map(([name, value]) => [name, textOfMember(value)] as const);
  const named = flags['env-names'] === 'true' ? toVariables(texts, '', place.name) : entries;
  process.stdout.write(format.format(named));
};
