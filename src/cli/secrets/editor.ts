import { type ChildProcess, spawn } from 'node:child_process';
import { ClientError } from '../../client/client-error.ts';
import type { Texts } from '../command-row.ts';

/** Signals that end an editor, and with it what is being edited. */
const ending = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Lets the editor that `VISUAL` or `EDITOR` names, else vi, work on a file.
 *
 * @throws {ClientError} it cannot be started, or ends with anything but 0
 */
export const openEditor = async (path: string, environment: Texts): Promise<void> => {
  const editor = environment.VISUAL || environment.EDITOR || 'vi';
  let child: ChildProcess | undefined;
  // Keys of the terminal are for the editor.
  const ignore = (): void => {};
  const pass = (signal: NodeJS.Signals): void => void child?.kill(signal);
  // INVARIANT: before the editor is there, so that no signal ends this program and leaves the file.
  process.on('SIGINT', ignore).on('SIGQUIT', ignore);
  for (const signal of ending) process.on(signal, pass);
  try {
    // As git does: the variable may have arguments in it.
    const started = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, path], {
      stdio: 'inherit',
      env: { ...environment },
    });
    child = started;
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      started.once('error', reject);
      started.once('exit', (...ended) => resolve(ended));
    });
    if (code !== 0) throw new ClientError(`the editor ended with ${code ?? signal}: nothing is changed`);
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore);
    for (const signal of ending) process.off(signal, pass);
  }
};
