import { existsSync, lstatSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sealStatus } from '../../seal/seal.ts';
import { SealError } from '../../seal/seal-error.ts';
import { databasePath, readState } from '../../store/engines/sqlite-schema.ts';
import { CannotOpenStore } from '../../store/store.ts';
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

/** The data directory: is there, is private, has room, can be opened by this version. */
export const checkDataDirectory: Check = ({ config: { data, database, seal } }) => {
  if (data === ':memory:')
    return [warning('data', 'state is kept in memory only', 'name a directory with --data to keep it over a restart')];
  const directory = resolve(data);
  if (!existsSync(directory))
    return [
      warning(
        'data',
        `${directory} does not exist yet`,
        'the first "bulwark start" makes it; if there should be state already, --data or BULWARK_DATA names the wrong directory',
      ),
    ];
  if (!statSync(directory).isDirectory())
    return [problem('data', `${directory} is a file`, 'name a directory with --data')];
  return [
    ...permissions(directory),
    ...rootKey(directory, seal.method === undefined),
    ...room(directory),
    ...(database === undefined ? format(directory) : []),
  ];
};

const permissions = (directory: string): Finding[] => {
  if (process.platform === 'win32') return [];
  const uid = process.getuid?.();
  const open: Finding[] = [];
  const paths = [directory, ...readdirSync(directory).map((name) => join(directory, name))];
  for (const path of paths) {
    const { mode, uid: owner, size } = lstatSync(path);
    const isOpen = path === directory ? (mode & 0o022) !== 0 : (mode & 0o077) !== 0 && size > 0 && !/\/tls$/.test(path);
    if (isOpen)
      open.push(
        problem(
          'permissions',
          `${path} can be ${path === directory ? 'changed' : 'read'} by other users (mode ${(mode & 0o777).toString(8)})`,
          `run: chmod ${path === directory ? '700' : 'go-rwx'} ${path}`,
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
  return open.length > 0 ? open : [ok('permissions', `${directory} is private to its owner`)];
};

const rootKey = (directory: string, plain: boolean): Finding[] => {
  try {
    const { method } = sealStatus(directory);
    if (method === 'none' && existsSync(databasePath(directory)))
      return [
        problem(
          'root key',
          `${directory} has data, but neither root.key nor seal.json`,
          'put back the copy that you kept; nothing else opens the data',
        ),
      ];
    if (method === 'none') return [ok('root key', 'made at the first start')];
    if (method === 'plain')
      return [
        warning(
          'root key',
          'root.key lies beside the data: whoever copies the directory reads everything',
          `keep a copy of root.key elsewhere${plain ? '; in production seal it: "bulwark rewrap --seal passphrase" (or shares, key-file, pkcs11, kms)' : ''}`,
        ),
      ];
    return [ok('root key', `sealed: ${method}`)];
  } catch (error) {
    if (error instanceof SealError) return [problem('root key', error.message, 'put back seal.json from a backup')];
    throw error;
  }
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

const format = (directory: string): Finding[] => {
  const path = databasePath(directory);
  if (!existsSync(path)) return [ok('database', 'made at the first start')];
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    readState(database);
    return [ok('database', 'in a format that this version reads')];
  } catch (error) {
    if (error instanceof CannotOpenStore)
      return [
        problem('database', error.message, 'start the version that wrote it, or restore a backup of this version'),
      ];
    return [
      problem(
        'database',
        `${path} cannot be opened: ${(error as Error).message}`,
        'is it readable by you? if it is, it is damaged: restore a backup, and check the disk',
      ),
    ];
  } finally {
    database?.close();
  }
};
