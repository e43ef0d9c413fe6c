import { removeAbandonedGroups } from './cgroup.ts';
import { removeAbandonedFolders } from './folder.ts';

/** Removes what servers of this host left behind that were killed: their functions have ended with them. */
export const removeAbandoned = (): void => {
  removeAbandonedFolders(isGone);
  removeAbandonedGroups(isGone);
};

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};
