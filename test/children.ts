import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Processes that a process has started and that still run, from Linux's /proc. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** Whether a process runs. One that has ended and that nobody has asked for its status yet does not. */
export const isRunning = (pid: number): boolean => {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // After the name, which is in parentheses and may hold any: the state.
    return !/^[ZX]/.test(status.slice(status.lastIndexOf(')') + 2));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code!)) return false;
    throw error;
  }
};

/**
 * Has a process killed when that of the test ends, however it does: a test that failed, or took too long, leaves nothing
 * behind that others would wait for.
 *
 * @param child where it was started `detached`, all that it started itself ends with it
 */
export const endsWithTest = <Child extends ChildProcess>(child: Child): Child => {
  started.add(child);
  child.once('close', () => started.delete(child));
  return child;
};

/** Kills a process that was started `detached`, and all that it started. */
export const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) {
    killGroup(child);
    child.kill('SIGKILL');
  }
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/** Resolves when a process has ended; at once where it had already. */
export const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** What is awaited of a process; it may end before. @throws {Error} it did */
export const unlessEnded = <T>(child: ChildProcess, awaited: Promise<T>): Promise<T> =>
  Promise.race([
    awaited,
    endOf(child).then(() => Promise.reject(new Error(`it ended with ${child.exitCode ?? child.signalCode} before`))),
  ]);
