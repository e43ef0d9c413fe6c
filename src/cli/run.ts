import { CommanderError } from 'commander';
import { ClientError } from '../client/client-error.ts';
import { SealError } from '../seal/seal-error.ts';
import { SeedError } from '../seed.ts';
import { ConfigError } from '../setting-values.ts';
import { IntegrityError } from '../store/keyring.ts';
import { ObjectsMisconfigured, ObjectsUnavailable } from '../store/objects/objects.ts';
import { CannotOpenStore, StoreUnavailable } from '../store/store.ts';
import { buildProgram } from './program.ts';
import { isSystemError, remedyOfSystemError } from './system-error.ts';

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
      process.exitCode = 2;
    }
  }
};

/** What the operator can mend, with what to do about it; undefined: a bug. */
const sentenceOf = (error: unknown): string | undefined => {
  if (isSystemError(error)) return `${error.message}; ${remedyOfSystemError(error)}`;
  return mendable.some((kind) => error instanceof kind) ? (error as Error).message : undefined;
};

const mendable = [
  ConfigError,
  ClientError,
  SealError,
  SeedError,
  CannotOpenStore,
  StoreUnavailable,
  ObjectsUnavailable,
  ObjectsMisconfigured,
  IntegrityError,
];
