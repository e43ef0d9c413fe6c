import { CommanderError } from 'commander';
import { ClientError } from '../client/client-error.ts';
import { SealError } from '../seal/seal-error.ts';
import { SeedError } from '../seed.ts';
import { ConfigError } from '../setting-values.ts';
import { IntegrityError } from '../store/keyring.ts';
import { ObjectsMisconfigured, ObjectsUnavailable } from '../store/objects/objects.ts';
import { CannotOpenStore, StoreUnavailable } from '../store/store.ts';
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
    else if (isMendable(error)) {
      process.stderr.write(`bulwark: ${(error as Error).message}\n`);
      // Whatever a command that failed has left open would keep it alive: a listener, a connection, the pipe of a worker.
      process.exit(2);
    } else throw error;
  }
};

const isMendable = (error: unknown): boolean => {
  if (
    error instanceof ConfigError ||
    error instanceof ClientError ||
    error instanceof SealError ||
    error instanceof SeedError ||
    error instanceof CannotOpenStore ||
    error instanceof StoreUnavailable ||
    error instanceof ObjectsUnavailable ||
    error instanceof ObjectsMisconfigured ||
    error instanceof IntegrityError
  )
    return true;
  return (
    error instanceof Error &&
    'code' in error &&
    ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOENT'].includes(String(error.code))
  );
};
