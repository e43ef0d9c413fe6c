import { randomFillSync } from 'node:crypto';

const poolBytes = 8192;

/** Larger requests go to the generator directly: they would only drain the pool. */
const largestFromPool = 512;

// INVARIANT: bytes before `used` were handed out and are zero; those after it were never seen by anybody.
const pool = Buffer.alloc(poolBytes);
let used = poolBytes;

/**
 * Fills a slice of a buffer with random bytes from the operating system's generator, drawn 8 KiB at a time: one system
 * call for hundreds of nonces. Bytes leave the pool once and are wiped from it.
 */
export const randomInto = (target: Buffer, start: number, bytes: number): void => {
  if (bytes > largestFromPool) {
    randomFillSync(target, start, bytes);
    return;
  }
  if (used + bytes > poolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(target, start, used, used + bytes);
  pool.fill(0, used, used + bytes);
  used += bytes;
};

/** Random bytes in a buffer of their own, which the caller owns and clears where they are secret. */
export const randomBytes = (bytes: number): Buffer => {
  // Not from Node's shared pool of small buffers: what is cleared must not leave a copy beside strangers.
  const fresh = Buffer.allocUnsafeSlow(bytes);
  randomInto(fresh, 0, bytes);
  return fresh;
};

/** A random (version 4) UUID in lower case. @see RFC 9562 §5.4 */
export const randomUuid = (): string => {
  if (used + 16 > poolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  pool[at + 6] = (pool[at + 6]! & 0x0f) | 0x40;
  pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80;
  const hex = pool.toString('hex', at, at + 16);
  pool.fill(0, at, at + 16);
  used += 16;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
