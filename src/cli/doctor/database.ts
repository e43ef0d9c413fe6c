import { type Config, placeOfState } from '../../config.ts';
import { databasePath } from '../../store/engines/sqlite-schema.ts';
import { CannotOpenStore } from '../../store/store.ts';
import { findReadableDirectory } from './data-directory.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';
import { findStoredState } from './stored-state.ts';

/** The database, a file or a server: can be reached, and read by this version. */
export const checkDatabase: Check = async ({ config }) => {
  if (config.database === undefined && findReadableDirectory(config) === undefined) return [];
  try {
    if (await findStoredState(config)) return [ok('database', 'in a format that this version reads')];
  } catch (error) {
    return [unusable(config, error as Error)];
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

const unusable = (config: Config, error: Error): Finding => {
  if (error instanceof CannotOpenStore)
    return problem('database', error.message, 'start the version that wrote it, or restore a backup of this version');
  if (config.database === undefined)
    return problem(
      'database',
      `${databasePath(config.data)} cannot be opened: ${error.message}`,
      'is it readable by you? if it is, it is damaged: restore a backup, and check the disk',
    );
  return problem(
    'database',
    `${placeOfState(config)} cannot be used: ${error.message}`,
    fixes[codeOf(error)] ?? 'see that it runs, that --data or BULWARK_DATA names it, and that nothing lies between',
  );
};

/** By what the server (PostgreSQL, appendix A) or the operating system answered. */
const fixes: Readonly<Record<string, string>> = {
  '28P01': 'give user and password that are right: --data postgres://user:password@host:port/database',
  '28000': 'let this user in from this machine (pg_hba.conf), or name another one in --data or BULWARK_DATA',
  '3D000': 'create the database (createdb), or name another one in --data or BULWARK_DATA',
  '42501':
    'let this user own the tables whose names begin with bulwark_, or name their owner in --data or BULWARK_DATA',
  '53300': 'raise max_connections of the server: each Bulwark takes two',
};

const codeOf = (error: Error): string => {
  const found = 'code' in error ? error.code : (error.cause as { code?: unknown } | undefined)?.code;
  return String(found);
};
