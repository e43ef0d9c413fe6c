import { readdirSync, readFileSync } from 'node:fs';

/** A process and all its descendants, by their ids on the host; empty where it has ended. */
export const familyOf = (pid: number): readonly number[] => {
  const found: number[] = [];
  // Not by recursion: a hostile family is as deep as it likes.
  for (const waiting = [pid]; waiting.length > 0; ) {
    const each = waiting.pop()!;
    const children = childrenOf(each);
    if (!children) continue;
    found.push(each);
    waiting.push(...children);
  }
  return found;
};

/** Each thread has children of its own. */
const childrenOf = (pid: number): readonly number[] | undefined => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return undefined;
  }
};

/** Resident memory of processes, in bytes; those that have ended count nothing. */
export const residentBytes = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + residentOf(pid), 0);

const residentOf = (pid: number): number => {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};

/** Stops a process and all its descendants: they take no time until {@link thaw}. */
export const freeze = (pid: number): void => {
  // What was forked meanwhile is found in the next round.
  for (let before = -1, rounds = 0; rounds < 10; rounds++) {
    const family = familyOf(pid);
    if (family.length === before) return;
    before = family.length;
    signal(family, 'SIGSTOP');
  }
};

/** Lets what {@link freeze} stopped go on. */
export const thaw = (pid: number): void => signal(familyOf(pid), 'SIGCONT');

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};
