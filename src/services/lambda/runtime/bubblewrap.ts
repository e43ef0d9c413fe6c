import { handOver, type SandboxFolder } from './folder.ts';
import type { Isolation } from './isolation.ts';
import { as, inside, isSystem, limited, systemFiles } from './limits.ts';

const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** The user that functions are, as they see it. */
const lambdaUser = ['--uid', '993', '--gid', '990'];

/** A file system of their own, read-only but for `/tmp`. */
const fileSystem = (
  { task, runtime }: SandboxFolder,
  needs: readonly string[],
  tmpBytes: number,
): readonly string[] => [
  ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--hostname', 'lambda'],
  ...['--die-with-parent', '--new-session', '--ro-bind', '/usr', '/usr'],
  ...systemFolders.flatMap((path) => ['--ro-bind-try', path, path]),
  ...systemFiles.flatMap((path) => [...above(path), '--ro-bind-try', path, path]),
  ...['--proc', '/proc', '--dev', '/dev', '--perms', '1777', '--size', String(tmpBytes), '--tmpfs', '/tmp'],
  // After /tmp: the runtime may lie below it.
  ...needs.filter((path) => !isSystem(path)).flatMap((path) => [...above(path), '--ro-bind', path, path]),
  ...[...above(inside.task), '--ro-bind', task, inside.task, '--ro-bind', runtime, inside.runtime],
  // Both are files in memory, of no certain size.
  ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', inside.task],
];

/** The folders above a path, as everybody may pass through. */
const above = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1, -1)
    .flatMap((_name, index, names) => ['--perms', '0755', '--dir', `/${names.slice(0, index + 1).join('/')}`]);

const description = 'own file system, user, processes and IPC (bubblewrap)';

/** Where the server is no root. */
export const bubblewrap: Isolation = {
  name: 'bubblewrap',
  description,
  wrap: ({ command, needs }, folder, tmpBytes) => ({
    file: 'bwrap',
    args: [
      ...['--unshare-user', '--disable-userns', '--cap-drop', 'ALL', ...lambdaUser],
      ...fileSystem(folder, needs, tmpBytes),
      '--',
      ...limited(command, tmpBytes),
    ],
    ...inside,
  }),
};

/**
 * Where the server is root: the host knows functions as users that nobody else is, so that they own nothing of it and the
 * kernel counts their processes. Only root reaches what it has to show them; so there is one bubblewrap in the other.
 */
export const bubblewrapOfRoot: Isolation = {
  name: 'bubblewrap',
  description,
  wrap: ({ command, needs }, folder, tmpBytes) => ({
    file: 'bwrap',
    args: [
      ...fileSystem(folder, needs, tmpBytes),
      ...['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--cap-add', 'CAP_SETPCAP', '--'],
      ...limited(
        as(handOver(folder), [
          ...['bwrap', '--unshare-user', '--disable-userns', '--cap-drop', 'ALL', ...lambdaUser],
          ...['--dev-bind', '/', '/', '--'],
          ...command,
        ]),
        tmpBytes,
      ),
    ],
    ...inside,
  }),
};
