import { argon2, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import type { SealMethod, SealParameters } from './method.ts';
import { AlteredSeal, SealError } from './seal-error.ts';

/** Fewer characters than this are guessed too soon, whatever Argon2id costs. */
const minCharacters = 12;

/** RFC 9106 §4, second recommended option. */
const costs = { memoryKiB: 65_536, passes: 3, lanes: 4 } as const;

/** What `seal.json` may ask of this process before it is authenticated. */
const bounds = { memoryKiB: [8192, 4_194_304], passes: [1, 64], lanes: [1, 64] } as const;

/** The seal key is derived from what a person remembers. */
export const passphrase: SealMethod = {
  asks: 'passphrase',
  needed: () => 1,
  create: async (_id, _settings, given) => {
    if ([...given].length < minCharacters) throw new SealError(`a passphrase has at least ${minCharacters} characters`);
    const parameters = { salt: randomBytes(16).toString('base64'), ...costs };
    return {
      key: await derive(given, parameters),
      parameters,
      keep: [
        'Every start needs the passphrase: "bulwark unseal". Nobody can recover it: keep it where you keep such things.',
      ],
    };
  },
  recover: ({ parameters }, _settings, [given = '']) => derive(given, parameters),
};

const argon2Async = promisify(argon2);

/** Unicode is normalized (RFC 8265 §4.2.2: NFC), so that two keyboards give one passphrase. */
const derive = async (given: string, parameters: SealParameters): Promise<KeyObject> => {
  const salt = Buffer.from(String(parameters.salt), 'base64');
  if (salt.length !== 16) throw new AlteredSeal('seal.json has no proper salt: put the file back from a backup');
  const message = Buffer.from(given.normalize('NFC'), 'utf8');
  try {
    const derived = await argon2Async('argon2id', {
      message,
      nonce: salt,
      memory: bounded(parameters, 'memoryKiB'),
      passes: bounded(parameters, 'passes'),
      parallelism: bounded(parameters, 'lanes'),
      tagLength: 32,
    });
    return takeSecretKey(derived);
  } finally {
    message.fill(0);
  }
};

const bounded = (parameters: SealParameters, name: keyof typeof bounds): number => {
  const value = parameters[name];
  const [min, max] = bounds[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new AlteredSeal(
      `seal.json asks for a cost that no Bulwark writes (${name}): put the file back from a backup`,
    );
  }
  return value;
};
