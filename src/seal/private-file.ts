import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SealError } from './seal-error.ts';

/** Whether something is at a path. @throws {SealError} this user may not know */
export const isPresent = (path: string): boolean =>
  unlessForbidden(dirname(path), () => statSync(path, { throwIfNoEntry: false }) !== undefined);

/** The text of a file that only its owner can read. @throws {SealError} that is another user */
export const readPrivately = (path: string): string => unlessForbidden(path, () => readFileSync(path, 'utf8'));

const unlessForbidden = <T>(path: string, look: () => T): T => {
  try {
    return look();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && ['EACCES', 'EPERM'].includes(String(cause.code)))) throw cause;
    throw new SealError(`${path} cannot be read: permission denied. Run this as the user that owns it.`, { cause });
  }
};
