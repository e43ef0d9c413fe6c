import type { KeyObject } from 'node:crypto';
import { parseKey } from './key-file.ts';
import type { SealMethod, SealSettings } from './method.ts';
import { SealError } from './seal-error.ts';

/** The seal key is a variable, which an orchestrator fills from its own secrets. */
export const environment: SealMethod = {
  create: async (_id, settings) => ({
    key: keyOf(settings),
    parameters: {},
    keep: ['Every start needs the same BULWARK_SEAL_KEY. Keep a copy of it elsewhere, apart from the data.'],
  }),
  recover: async (_seal, settings) => keyOf(settings),
};

const keyOf = ({ key }: SealSettings): KeyObject => {
  if (key === undefined)
    throw new SealError('BULWARK_SEAL_KEY is not set: 32 bytes in base64, as "openssl rand -base64 32" makes them');
  const parsed = parseKey(key.trim());
  if (!parsed)
    throw new SealError(
      'BULWARK_SEAL_KEY is malformed: 32 bytes in base64 belong there, as "openssl rand -base64 32" makes them',
    );
  return parsed;
};
