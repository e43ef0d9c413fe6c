import { randomFillSync } from 'node:crypto';
import { identifier } from './draws.ts';

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

/** An {@link identifier} that is a random (version 4) UUID in lower case. @see RFC 9562 §5.4 */
export const randomUuid = (): string => identifier('uuid', freshUuid);

const freshUuid = (): string => {
  if (used + uuidBytes > poolBytes) {
    randomFillSync(pool);
    used = 0;
  }
  pool[used + 6] = (pool[used + 6]! & 0x0f) | 0x40;
  pool[used + 8] = (pool[used + 8]! & 0x3f) | 0x80;
  for (let at = 0; at < uuidBytes; at++) {
    const byte = pool[used]!;
    pool[used++] = 0;
    const place = places[at]!;
    text[place] = digits[byte >> 4]!;
    text[place + 1] = digits[byte & 0x0f]!;
  }
  return text.toString('latin1');
};

const uuidBytes = 16;
const digits = Buffer.from('0123456789abcdef');
/** Where the two digits of each byte stand in the text. */
const places = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
/** Written over for each UUID: a text in one piece is cheaper to make and to use than one that is joined. */
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
