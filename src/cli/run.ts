import { CommanderError } from 'commander';
import { sentenceOf } from './mendable.ts';
import { buildProgram } from './program.ts';

/** Runs the command line. What the operator can mend is said in one sentence; anything else is a bug and shows its stack. */
export const run = async (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  watchOutput();
  try {
    await buildProgram(environment).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else failWith(error);
  }
};

/** A reader that has seen enough (`| head`) ends no command; what cannot be written for another reason is a failure of it. */
const watchOutput = (): void => {
  const { stdout } = process;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Who waits for what is written is told, and decides.
    if (error.code === 'EPIPE' || stdout.listenerCount('error') > 1) return;
    failWith(error);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(2);
  });
};

const failWith = (error: unknown): void => {
  const sentence = sentenceOf(error);
  if (sentence === undefined) throw error;
  process.stderr.write(`bulwark: ${sentence}\n`);
  // Whatever a command that failed has left open would keep it alive: a listener, a connection, the pipe of a worker.
  process.exit(2);
};
