import { type Config, placeOfState } from '../../config.ts';
import { databasePath } from '../../store/engines/sqlite-schema.ts';
import { CannotOpenStore } from '../../store/store.ts';
import { findReadableDirectory, isWritable } from './data-directory.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';
import { findStoredState } from './stored-state.ts';

/** The database, a file or a server: can be reached, and read by this version. */
export const checkDatabase: Check = async ({ config }) => {
  if (config.database === undefined && findReadableDirectory(config) === undefined) return [];
  try {
    if (await findStoredState(config)) return [ok('database', 'in a format that this version reads')];
  } catch (error) {
    return [await unusable(config, error as Error)];
  }
  if (config.database === undefined) return [ok('database', 'made at the first start')];
  return [
    warning(
      'database',
      `${placeOfState(config)} holds no store yet`,
      'the first "bulwark start" makes it; if there should be state already, --data or BULWARK_DATA names the wrong database',
    ),
  ];
};

const unusable = async (config: Config, error: Error): Promise<Finding> => {
  if (error instanceof CannotOpenStore)
    return problem('database', error.message, 'start the version that wrote it, or restore a backup of this version');
  if (config.database === undefined) return unusableFile(config.data, error);
  const { remedyOf } = await import('../../store/engines/postgres-refusal.ts');
  return problem(
    'database',
    `${placeOfState(config)} cannot be used: ${error.message}`,
    remedyOf(error) ?? 'see that it runs, that --data or BULWARK_DATA names it, and that nothing lies between',
  );
};

/** SQLite cannot even read a database where it may not write beside it. */
const unusableFile = (directory: string, error: Error): Finding => {
  const path = databasePath(directory);
  return isWritable(directory)
    ? problem(
        'database',
        `${path} cannot be opened: ${error.message}`,
        'is it readable by you? if it is, it is damaged: restore a backup, and check the disk',
      )
    : problem('database', `${path} was not looked into`, 'ask again once the directory can be written');
};
