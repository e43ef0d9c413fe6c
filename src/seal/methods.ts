import { environment } from './environment.ts';
import { keyFile } from './key-file.ts';
import { kms } from './kms.ts';
import type { SealMethod } from './method.ts';
import { passphrase } from './passphrase.ts';
import { pkcs11 } from './pkcs11.ts';
import { SealError } from './seal-error.ts';
import { shares } from './shares.ts';

/** Every way of keeping a seal key, by its name in `seal.json` and `--seal`. */
export const sealMethods = {
  'key-file': keyFile,
  environment,
  passphrase,
  shares,
  pkcs11,
  kms,
} as const satisfies Record<string, SealMethod>;

/** The name of a method. */
export type SealMethodName = keyof typeof sealMethods;

/** Whether a name is one of a method's. */
export const isSealMethod = (name: string): name is SealMethodName => Object.hasOwn(sealMethods, name);

/** @throws {SealError} this version does not know it */
export const methodOf = (name: string): SealMethod => {
  if (!isSealMethod(name)) throw new SealError(`seal.json names a method that this version does not know: ${name}`);
  return sealMethods[name];
};
