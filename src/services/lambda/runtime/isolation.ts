import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeProgram } from './runtimes.ts';

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
}

/** How to start a program, and where it finds things. */
export interface Isolated {
  readonly file: string;
  readonly args: readonly string[];
  readonly task: string;
  readonly runtime: string;
  readonly tmp: string;
}

/** What keeps functions away from the host and from one another. */
export interface Isolation {
  readonly name: 'bubblewrap' | 'namespaces' | 'user' | 'process';
  /** One sentence for the log. */
  readonly description: string;
  wrap(program: RuntimeProgram, folder: SandboxFolder, tmpBytes: number): Isolated;
}

/** Makes the folder of an execution environment. */
export const makeFolder = (): SandboxFolder => {
  const path = mkdtempSync(join(tmpdir(), 'bulwark-lambda-'));
  const folder = {
    path,
    task: join(path, 'task'),
    runtime: join(path, 'runtime'),
    tmp: join(path, 'tmp'),
    root: join(path, 'root'),
  };
  for (const each of [folder.task, folder.runtime, folder.tmp, folder.root]) mkdirSync(each);
  return folder;
};

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
    return spawnSync(file, args, { timeout: 10_000, stdio: 'ignore' }).status === 0;
  } finally {
    rmSync(folder.path, { recursive: true, force: true });
  }
};

const trueProgram = existsSync('/usr/bin/true') ? '/usr/bin/true' : '/bin/true';

/** What a program may use, whatever isolates it: no core dumps, 1024 descriptors, files of at most what /tmp holds. */
const limited = (command: readonly string[], tmpBytes: number): readonly string[] => [
  'prlimit',
  '--core=0:0',
  '--nofile=1024:1024',
  `--fsize=${tmpBytes}:${tmpBytes}`,
  '--',
  ...command,
];

const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
const systemFiles = [
  '/etc/ssl',
  '/etc/pki',
  '/etc/ca-certificates',
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/etc/localtime',
];

const isSystem = (path: string): boolean => path === '/usr' || path.startsWith('/usr/');

const inside = { task: '/var/task', runtime: '/var/runtime', tmp: '/tmp' };

const bubblewrap: Isolation = {
  name: 'bubblewrap',
  description: 'own file system, users, processes and IPC (bubblewrap)',
  wrap: ({ command, needs }, { task, runtime }, tmpBytes) => ({
    file: 'bwrap',
    args: [
      ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
      ...['--disable-userns', '--cap-drop', 'ALL', '--die-with-parent', '--new-session'],
      ...['--uid', '993', '--gid', '990', '--hostname', 'lambda'],
      ...['--ro-bind', '/usr', '/usr'],
      ...systemFolders.flatMap((path) => ['--ro-bind-try', path, path]),
      ...systemFiles.flatMap((path) => ['--ro-bind-try', path, path]),
      ...['--proc', '/proc', '--dev', '/dev', '--size', String(tmpBytes), '--tmpfs', '/tmp'],
      // After /tmp: the runtime may lie below it.
      ...needs.filter((path) => !isSystem(path)).flatMap((path) => ['--ro-bind', path, path]),
      ...['--ro-bind', task, inside.task, '--ro-bind', runtime, inside.runtime, '--chdir', inside.task, '--'],
      ...limited(command, tmpBytes),
    ],
    ...inside,
  }),
};

const namespaces: Isolation = {
  name: 'namespaces',
  description: 'own file system, users, processes and IPC (namespaces)',
  wrap: ({ command, needs }, { task, runtime, root }, tmpBytes) => ({
    file: 'setpriv',
    args: [
      ...['--pdeathsig', 'SIGKILL', 'unshare', '--user', '--map-root-user', '--mount', '--pid', '--ipc', '--uts'],
      ...['--fork', '--kill-child', 'sh', join(import.meta.dirname, 'enter-namespace.sh')],
      ...[root, task, runtime, String(tmpBytes)],
      ...needs.filter((path) => !isSystem(path)),
      '--',
      ...limited(command, tmpBytes),
    ],
    ...inside,
  }),
};

const nobody = 65_534;

const otherUser: Isolation = {
  name: 'user',
  description: 'the host’s files as user nobody sees them, in processes without privileges',
  wrap: ({ command }, { path, task, runtime, tmp }, tmpBytes) => {
    chmodSync(path, 0o711);
    chmodSync(tmp, 0o700);
    chownSync(tmp, nobody, nobody);
    return {
      file: 'setpriv',
      args: [
        ...['--pdeathsig', 'SIGKILL', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups'],
        ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'],
        ...limited(command, tmpBytes),
      ],
      task,
      runtime,
      tmp,
    };
  },
};

const alone: Isolation = {
  name: 'process',
  description: 'the host’s files as this server sees them: run only functions that you trust',
  wrap: ({ command }, { task, runtime, tmp }) => ({
    file: realpathSync(command[0]!),
    args: command.slice(1),
    task,
    runtime,
    tmp,
  }),
};

/** All there are, the best first. */
export const isolations: readonly Isolation[] = [
  bubblewrap,
  namespaces,
  ...(process.getuid?.() === 0 ? [otherUser] : []),
];
