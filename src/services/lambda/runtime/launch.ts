import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readZip } from '../zip.ts';
import type { ControlGroup } from './cgroup.ts';
import type { SandboxFolder } from './folder.ts';
import { bestIsolation } from './isolation.ts';
import { programPath } from './limits.ts';
import type { RuntimeProgram } from './runtimes.ts';

/** What a process runs, and with what. */
export interface LaunchParts {
  readonly program: RuntimeProgram;
  /** Whose function it is. */
  readonly account: string;
  /** The code package. */
  readonly archive: Buffer;
  /** Variables of the function and of Lambda. */
  readonly variables: Readonly<Record<string, string>>;
  /** PEM certificates that vouch for this server, where it serves HTTPS. */
  readonly certificates: string | undefined;
  /** Value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  readonly tmpMb: number;
}

/** A process that was started, and how to end what has left its family. */
export interface Launched {
  readonly child: ChildProcess;
  readonly killRest: readonly string[] | undefined;
}

/** Joins control groups, then becomes the program; what cannot be bounded is not run. */
const joining = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"';

/** Unpacks code and starts the process of an execution environment, isolated. @throws {Error} the host cannot */
export const launch = async (
  parts: LaunchParts,
  folder: SandboxFolder,
  group: ControlGroup | undefined,
): Promise<Launched> => {
  const { program, account, archive, variables, certificates, address, tmpMb } = parts;
  await unpack(archive, account, folder.task);
  if (certificates !== undefined) {
    await writeFile(join(folder.runtime, 'ca.pem'), certificates);
    await chmod(join(folder.runtime, 'ca.pem'), 0o644);
  }
  const isolated = bestIsolation().wrap(program, folder, tmpMb * 1_048_576);
  const { task, runtime, tmp, killRest } = isolated;
  const command = [isolated.file, ...isolated.args];
  const [file = '', ...args] = group ? ['sh', '-c', joining, 'sh', ...group.entrances, '--', ...command] : command;
  const child = spawn(file, args, {
    cwd: folder.task,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: programPath,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      HOME: tmp,
      TMPDIR: tmp,
      PYTHONDONTWRITEBYTECODE: '1',
      LAMBDA_TASK_ROOT: task,
      LAMBDA_RUNTIME_DIR: runtime,
      AWS_LAMBDA_RUNTIME_API: address,
      ...(certificates !== undefined && {
        AWS_CA_BUNDLE: join(runtime, 'ca.pem'),
        NODE_EXTRA_CA_CERTS: join(runtime, 'ca.pem'),
      }),
      ...variables,
    },
  });
  return { child, killRest };
};

/** Whatever the umask of the server is, the function's user can read its code. */
const unpack = async (archive: Buffer, account: string, folder: string): Promise<void> => {
  for await (const { path, content, executable } of readZip(archive, account)) {
    const file = join(folder, path);
    const made = await mkdir(dirname(file), { recursive: true });
    for (let each = dirname(file); made !== undefined && each.length >= made.length; each = dirname(each)) {
      await chmod(each, 0o755);
    }
    await writeFile(file, content);
    await chmod(file, executable ? 0o755 : 0o644);
  }
};
