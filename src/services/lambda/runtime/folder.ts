import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '../../../crypto/random.ts';

/** The folder of one execution environment on the host. */
export interface SandboxFolder {
  readonly path: string;
  /** The unpacked code. */
  readonly task: string;
  /** What the server gives besides: certificates. */
  readonly runtime: string;
  /** Where the function may write, unless the isolation gives it a file system of its own. */
  readonly tmp: string;
  /** An empty folder. */
  readonly root: string;
  /** A user of the host that nobody else is; undefined: this server may not become another. */
  readonly uid: number | undefined;
}

const prefix = 'bulwark-lambda-';
/** Ids that no host gives to people or services: from 2^30 on. */
const firstUid = 0x4000_0000;

/** Makes the folder of an execution environment. */
export const makeFolder = (): SandboxFolder => {
  const path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  const uid = process.getuid?.() === 0 ? firstUid + (randomBytes(4).readUInt32LE() >>> 3) : undefined;
  const folder = {
    path,
    task: join(path, 'task'),
    runtime: join(path, 'runtime'),
    tmp: join(path, 'tmp'),
    root: join(path, 'root'),
    uid,
  };
  for (const each of [folder.task, folder.runtime, folder.tmp, folder.root]) {
    mkdirSync(each);
    // Whatever the umask of the server is.
    chmodSync(each, 0o755);
  }
  return folder;
};

/** Gives a folder to its user; others get no further than its name. @returns the user */
export const handOver = ({ path, tmp, uid }: SandboxFolder): number => {
  if (uid === undefined) throw new Error('only root gives folders away');
  chownSync(path, uid, uid);
  chownSync(tmp, uid, uid);
  chmodSync(tmp, 0o700);
  return uid;
};

/** Removes folders of servers that were killed: they hold code. */
export const removeAbandonedFolders = (isGone: (pid: number) => boolean): void => {
  for (const entry of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(entry)?.[1];
    const path = join(tmpdir(), entry);
    if (pid !== undefined && isGone(Number(pid)) && isOurs(path)) rmSync(path, { recursive: true, force: true });
  }
};

const isOurs = (path: string): boolean => {
  const uid = process.getuid?.();
  return uid === 0 || statSync(path, { throwIfNoEntry: false })?.uid === uid;
};
