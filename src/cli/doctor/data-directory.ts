import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../config.ts';
import { isSystemError } from '../../process/system-error.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Free bytes below which commits are about to fail, and below which somebody should look. */
const fewBytes = 64 * 1024 * 1024;
const littleBytes = 1024 * 1024 * 1024;

/** File systems whose locks and fsync SQLite cannot rely on, by `statfs` type (linux/magic.h). */
const networkFileSystems: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB 2',
  1702057286: 'FUSE',
};

/** The data directory: is there, belongs to whoever starts the server, is private. */
export const checkDataDirectory: Check = ({ config: { data } }) => {
  if (data === ':memory:')
    return [warning('data', 'state is kept in memory only', 'name a directory with --data to keep it over a restart')];
  const directory = resolve(data);
  if (!isThere(directory))
    return [
      warning(
        'data',
        `${directory} does not exist yet`,
        'the first "bulwark start" makes it; if there should be state already, --data or BULWARK_DATA names the wrong directory',
      ),
    ];
  if (!statSync(directory).isDirectory())
    return [problem('data', `${directory} is a file`, 'name a directory with --data')];
  const refused = access(directory);
  return canLookInto(directory) ? [...refused, ...permissions(directory, refused.length > 0)] : refused;
};

/** Room on the disk of the data directory, and whether it is one. */
export const checkDisk: Check = ({ config: { data } }) => {
  const directory = resolve(data);
  return data !== ':memory:' && existsSync(directory) ? room(directory) : [];
};

/** The data directory; undefined: there is none yet, or it is not for this user to look into. */
export const findReadableDirectory = ({ data }: Config): string | undefined => {
  const directory = resolve(data);
  if (data === ':memory:' || !existsSync(directory) || !statSync(directory).isDirectory()) return undefined;
  return canLookInto(directory) ? directory : undefined;
};

/** @throws {Error} whether it is cannot be told: a directory above it is closed to this user */
const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

const canLookInto = (directory: string): boolean =>
  refusal(directory, constants.R_OK) === undefined && refusal(directory, constants.X_OK) === undefined;

/** Whether this user may make and change files in a directory. */
export const isWritable = (directory: string): boolean => refusal(directory, constants.W_OK) === undefined;

/** Why this user may not; undefined: he may. */
const refusal = (path: string, wanted: number): string | undefined => {
  try {
    accessSync(path, wanted);
    return undefined;
  } catch (error) {
    if (isSystemError(error)) return error.code;
    throw error;
  }
};

const access = (directory: string): Finding[] => {
  const refused = rights.flatMap(([wanted, what]) => (refusal(directory, wanted) === undefined ? [] : what));
  if (refused.length === 0) return [];
  if (refusal(directory, constants.W_OK) === 'EROFS')
    return [problem('permissions', `${directory} is on a read-only file system`, 'mount it for writing')];
  const { mode, uid: owner } = statSync(directory);
  const uid = process.getuid?.();
  return [
    problem(
      'permissions',
      `${directory} cannot be ${refused.join(' or ')} by you, user ${uid}: it belongs to user ${owner} (mode ${octal(mode)})`,
      owner === uid
        ? `run: chmod 700 ${directory}`
        : `run the server, and this, as user ${owner}; or: chown -R ${uid} ${directory} && chmod 700 ${directory}`,
    ),
  ];
};

const rights = [
  [constants.R_OK, 'listed'],
  [constants.W_OK, 'written to'],
  [constants.X_OK, 'entered'],
] as const;

const octal = (mode: number): string => (mode & 0o777).toString(8);

/** @param isRefused something was found already */
const permissions = (directory: string, isRefused: boolean): Finding[] => {
  if (process.platform === 'win32') return [];
  const uid = process.getuid?.();
  const { uid: ownerOfAll } = statSync(directory);
  const open: Finding[] = [];
  const paths = [directory, ...readdirSync(directory).map((name) => join(directory, name))];
  for (const path of paths) {
    const { mode, uid: owner, size } = lstatSync(path);
    const isOpen = path === directory ? (mode & 0o022) !== 0 : (mode & 0o077) !== 0 && size > 0 && !/\/tls$/.test(path);
    if (isOpen)
      open.push(
        problem(
          'permissions',
          `${path} can be ${path === directory ? 'changed' : 'read'} by other users (mode ${octal(mode)})`,
          `run: chmod ${path === directory ? '700' : 'go-rwx'} ${path}`,
        ),
      );
    // Root may be asked on behalf of the server's user, whose the directory is.
    if (uid === 0 && owner !== ownerOfAll)
      open.push(
        problem(
          'permissions',
          `${path} belongs to user ${owner}, and the directory to user ${ownerOfAll}`,
          `run: chown ${ownerOfAll} ${path}`,
        ),
      );
    if (uid !== undefined && uid !== 0 && owner !== uid)
      open.push(
        problem(
          'permissions',
          `${path} belongs to user ${owner}, and you are user ${uid}`,
          `run the server as its owner, or: chown -R ${uid} ${directory}`,
        ),
      );
  }
  return open.length > 0 || isRefused ? open : [ok('permissions', `${directory} is private to its owner`)];
};

const room = (directory: string): Finding[] => {
  const { bavail, blocks, bsize, ffree, files, type } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${(free / 1024 ** 3).toFixed(1)} GiB of ${((blocks * bsize) / 1024 ** 3).toFixed(1)} GiB are free`;
  const more =
    'make room, or move the data directory: every request writes an audit record, and without room all are refused';
  const findings: Finding[] = [];
  if (free < fewBytes) findings.push(problem('disk', `${text}: commits are about to fail`, more));
  else if (free < littleBytes) findings.push(warning('disk', text, more));
  else findings.push(ok('disk', text));
  if (files > 0 && ffree < 100) findings.push(problem('disk', `only ${ffree} inodes are free`, more));
  const network = networkFileSystems[type >>> 0];
  if (network)
    findings.push(
      warning(
        'disk',
        `${directory} is on ${network}, whose locks and flushes may not hold what SQLite needs of them`,
        'use a local disk or a block device',
      ),
    );
  return findings;
};
