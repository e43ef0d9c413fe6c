import { type BinaryLike, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<BinaryLike, BinaryLike, number, ScryptOptions, Buffer>(scrypt);

/** Cost of new hashes: 2^15 × 8 × 128 bytes of memory, some 80 ms of one core. @see RFC 7914 §2 */
const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const saltBytes = 16;
const hashBytes = 32;

/**
 * Hashes a password so that it can be verified and not be read (`docs/formats/password-hash.md`).
 *
 * Runs in a thread of its own: the event loop goes on.
 */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password.normalize('NFC'), salt, hashBytes, cost);
  return `$scrypt$${cost.N}$${cost.r}$${cost.p}$${salt.toString('base64')}$${hash.toString('base64')}`;
};

/** Whether a password is the one that was hashed, in constant time. */
export const isPassword = async (password: string, stored: string): Promise<boolean> => {
  const [, , N, r, p, salt, hash] = stored.split('$');
  const expected = Buffer.from(hash!, 'base64');
  const options = { N: Number(N), r: Number(r), p: Number(p), maxmem: cost.maxmem };
  const derived = await derive(password.normalize('NFC'), Buffer.from(salt!, 'base64'), expected.length, options);
  return timingSafeEqual(derived, expected);
};
