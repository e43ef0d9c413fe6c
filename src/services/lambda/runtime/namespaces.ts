import { join } from 'node:path';
import { handOver, type SandboxFolder } from './folder.ts';
import type { Isolated, Isolation } from './isolation.ts';
import { as, inside, isSystem, limited } from './limits.ts';
import type { RuntimeProgram } from './runtimes.ts';

const description = 'own file system, user, processes and IPC (namespaces)';

/** Where the server is no root, and bubblewrap is not there. */
export const namespaces: Isolation = {
  name: 'namespaces',
  description,
  wrap: ({ command, needs }, folder, tmpBytes) => {
    const harmless = ['setpriv', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--', ...command];
    return entering(['--user', '--map-root-user'], { command: harmless, needs }, folder, tmpBytes);
  },
};

/** Where the server is root: functions are users that nobody else is. */
export const namespacesOfRoot: Isolation = {
  name: 'namespaces',
  description,
  wrap: ({ command, needs }, folder, tmpBytes) =>
    entering([], { command: endingWithParent(as(handOver(folder), command)), needs }, folder, tmpBytes),
};

/** Another user has lost what `unshare --kill-child` asked for: it is asked for again, so that no function outlives its server. */
const endingWithParent = ([setpriv = '', ...args]: readonly string[]): readonly string[] => [
  ...[setpriv, '--pdeathsig', 'SIGKILL'],
  ...args,
];

const entering = (
  more: readonly string[],
  { command, needs }: RuntimeProgram,
  { root, task, runtime }: SandboxFolder,
  tmpBytes: number,
): Isolated => ({
  file: 'setpriv',
  args: [
    ...['--pdeathsig', 'SIGKILL', 'unshare', ...more, '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child'],
    ...['sh', join(import.meta.dirname, 'enter-namespace.sh'), root, task, runtime, String(tmpBytes)],
    ...needs.filter((path) => !isSystem(path)),
    '--',
    ...limited(command, tmpBytes),
  ],
  ...inside,
});
