import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** How a command ended and what it said. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with no environment but `env` and the PATH. */
export const run = (
  program: string,
  args: readonly string[],
  { env = {}, cwd }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const environment = { PATH: process.env.PATH, HOME: cwd, ...env };
    execFile(program, args, { env: environment, cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });

/** Runs the command line of this checkout, e.g. `bulwark('verify-journal', '--data', data)`. */
export const bulwark = (...args: readonly string[]): Promise<Ended> =>
  run(process.execPath, [join(import.meta.dirname, '..', 'src', 'main.ts'), ...args]);
