import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { randomBytes } from '../crypto/random.ts';

/** Longest life of a token, in seconds. @see EC2: "Use the Instance Metadata Service" */
export const maxTokenSeconds = 21_600;

/** Session tokens of IMDSv2: an expiry and a nonce under a key of this process; nothing is kept per token. */
export class InstanceTokens {
  readonly #key = createSecretKey(randomBytes(32));

  /** @param seconds 1 to {@link maxTokenSeconds} */
  issue(seconds: number, now: number): string {
    const head = Buffer.alloc(headBytes);
    head.writeUIntBE(now + seconds * 1000, 0, 6);
    randomBytes(headBytes - 6).copy(head, 6);
    return Buffer.concat([head, this.#mac(head)]).toString('base64url');
  }

  /** Whether this process issued the token and it has not expired. */
  isValid(token: string, now: number): boolean {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== headBytes + macBytes) return false;
    const head = bytes.subarray(0, headBytes);
    return timingSafeEqual(this.#mac(head), bytes.subarray(headBytes)) && head.readUIntBE(0, 6) > now;
  }

  #mac(head: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(head).digest();
  }
}

const headBytes = 16;
const macBytes = 32;
