import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { bubblewrap, bubblewrapOfRoot } from './bubblewrap.ts';
import { canBound } from './cgroup.ts';
import { makeFolder, type SandboxFolder } from './folder.ts';
import { programPath } from './limits.ts';
import { namespaces, namespacesOfRoot } from './namespaces.ts';
import { alone, otherUser } from './other-user.ts';
import type { RuntimeProgram } from './runtimes.ts';

/** How to start a program, and where it finds things. */
export interface Isolated {
  readonly file: string;
  readonly args: readonly string[];
  readonly task: string;
  readonly runtime: string;
  readonly tmp: string;
  /** Ends what has left the family of the process, where something can. */
  readonly killRest?: readonly string[];
}

/** What keeps functions away from the host and from one another. */
export interface Isolation {
  readonly name: 'bubblewrap' | 'namespaces' | 'user' | 'process';
  /** One sentence for the log. */
  readonly description: string;
  /** What it leaves open that matters: what to do about it; absent: nothing. */
  readonly weakness?: string;
  /** @param tmpBytes what `/tmp` may hold */
  wrap(program: RuntimeProgram, folder: SandboxFolder, tmpBytes: number): Isolated;
}

/** All that this process may try, the best first. */
export const isolations: readonly Isolation[] =
  process.getuid?.() === 0
    ? [bubblewrapOfRoot, namespacesOfRoot, bubblewrap, namespaces, otherUser]
    : [bubblewrap, namespaces];

/** The best isolation that works on this host; tried once, with a program that does nothing. */
export const bestIsolation = (): Isolation => {
  best ??= isolations.find(works) ?? alone;
  return best;
};

let best: Isolation | undefined;

/** Whether an isolation can be had on this host. */
export const works = (isolation: Isolation): boolean => {
  const folder = makeFolder();
  try {
    const { file, args } = isolation.wrap({ command: [trueProgram], needs: [] }, folder, 1_048_576);
    return spawnSync(file, args, { timeout: 10_000, stdio: 'ignore', env: { PATH: programPath } }).status === 0;
  } finally {
    rmSync(folder.path, { recursive: true, force: true });
  }
};

const trueProgram = existsSync('/usr/bin/true') ? '/usr/bin/true' : '/bin/true';

/** What keeps functions apart on this host, and what it leaves open. */
export const describeIsolation = (): { readonly description: string; readonly weaknesses: readonly string[] } => {
  const { description, weakness } = bestIsolation();
  const bounded = canBound();
  return {
    description: `${description}; ${bounded ? 'memory and processes bounded by control groups' : 'memory bounded by looking at it, processes by resource limits'}`,
    weaknesses: [
      ...(weakness === undefined ? [] : [weakness]),
      ...(bounded
        ? []
        : [
            'let the server make control groups (systemd: Delegate=yes and DelegateSubgroup=server), so that the kernel bounds what memory functions take',
          ]),
    ],
  };
};
