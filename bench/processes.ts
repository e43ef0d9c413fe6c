import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server under measurement. */
export interface Measured {
  readonly child: ChildProcess;
  readonly port: number;
  /** CPU seconds that the process and the children it still has used so far, user and system. */
  cpuSeconds(): number;
  /** CPU seconds of the threads that serve: the first one of each process. */
  servingSeconds(): number;
  /** Resident memory in MiB, of the process and the children it still has; what they share counts for each. */
  residentMiB(): number;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };

/** Arguments of node that run what `npm run build` made as `npm start` does. */
export const bulwarkArguments = (...args: readonly string[]): readonly string[] => [
  .../ node (.*)dist\/main\.js/.exec(scripts.start)![1]!.split(' ').filter(Boolean),
  join(root, 'dist', 'main.js'),
  ...args,
];

/** Starts a command and waits until its port is known: from a line that `announces` matches, or because it is given and open. */
export const startProcess = async (
  command: string,
  args: readonly string[],
  listening: { readonly announces: RegExp } | { readonly port: number },
  env: Readonly<Record<string, string>> = {},
): Promise<Measured> => {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: true,
  });
  const port = 'port' in listening ? await opened(listening.port, child) : await announced(child, listening.announces);
  const pid = child.pid!;
  return {
    child,
    port,
    cpuSeconds: () => cpuSecondsOf(pid),
    servingSeconds: () =>
      treeOf(pid).reduce((sum, one) => sum + ticksIn(`/proc/${one}/task/${one}/stat`), 0) / ticksPerSecond,
    residentMiB: () => treeOf(pid).reduce((sum, one) => sum + residentKiB(one), 0) / 1024,
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // The whole group: a launcher script may be the child, and the server its child.
      process.kill(-pid, 'SIGTERM');
      const killing = setTimeout(() => process.kill(-pid, 'SIGKILL'), 3000);
      await ended;
      clearTimeout(killing);
    },
  };
};

/** Whether a program is on the PATH. */
export const installed = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** CPU seconds that a process and its living children have used so far. */
export const cpuSecondsOf = (pid: number): number => cpuTicks(pid) / ticksPerSecond;

const ticksPerSecond = 100;

/** utime, stime of a process and of its living children (nginx, moto and workers are children). */
const cpuTicks = (pid: number): number => treeOf(pid).reduce((sum, one) => sum + ticksIn(`/proc/${one}/stat`), 0);

const ticksIn = (path: string): number => {
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

const residentKiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/** A process and its living children, however deep. */
const treeOf = (pid: number): number[] => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => treeOf(Number(child))))];
};

const announced = (child: ChildProcess, pattern: RegExp): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match) resolve(Number(match[1]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it listened:\n${text}`)));
  });

const opened = async (port: number, child: ChildProcess): Promise<number> => {
  // What nobody reads fills the pipe, and the server would wait.
  child.stdout?.resume();
  child.stderr?.resume();
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode} before it listened`);
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return port;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`nothing listens on ${port}`);
};
