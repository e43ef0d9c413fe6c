import { ClientError } from '../client/client-error.ts';
import { isSystemError, remedyOfSystemError } from '../process/system-error.ts';
import { SealError } from '../seal/seal-error.ts';
import { SeedError } from '../seed.ts';
import { ConfigError } from '../setting-values.ts';
import { IntegrityError } from '../store/keyring.ts';
import { ObjectsMisconfigured, ObjectsUnavailable } from '../store/objects/objects.ts';
import { CannotOpenStore, StoreUnavailable } from '../store/store.ts';
import { CannotStart } from './cannot-start.ts';

/** What the operator can mend, with what to do about it; undefined: a bug. */
export const sentenceOf = (error: unknown): string | undefined => {
  if (isSystemError(error)) return `${error.message}; ${remedyOfSystemError(error)}`;
  return mendable.some((kind) => error instanceof kind) ? (error as Error).message : undefined;
};

const mendable = [
  ConfigError,
  ClientError,
  SealError,
  SeedError,
  CannotOpenStore,
  CannotStart,
  StoreUnavailable,
  ObjectsUnavailable,
  ObjectsMisconfigured,
  IntegrityError,
];
