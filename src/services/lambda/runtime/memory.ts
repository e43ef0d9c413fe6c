import { readFileSync } from 'node:fs';

/** Resident memory of a process and all its descendants, in bytes; 0 where the host does not tell. */
export const residentBytes = (pid: number): number => {
  try {
    const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map(Number);
    return below.reduce((sum, child) => sum + residentBytes(child), own);
  } catch {
    return 0;
  }
};
