import { CommanderError } from 'commander';
import { sentenceOf } from './mendable.ts';
import { buildProgram } from './program.ts';

/** Runs the command line. What the operator can mend is said in one sentence; anything else is a bug and shows its stack. */
export const run = async (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  try {
    await buildProgram(environment).parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      const sentence = sentenceOf(error);
      if (sentence === undefined) throw error;
      process.stderr.write(`bulwark: ${sentence}\n`);
      // Whatever a command that failed has left open would keep it alive: a listener, a connection, the pipe of a worker.
      process.exit(2);
    }
  }
};
