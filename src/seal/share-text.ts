import { hash } from 'node:crypto';
import { WrongSecret } from './seal-error.ts';

/** One share of a seal key, and which seal it belongs to. Layout in docs/formats/seal.md. */
export interface Share {
  /** 16 hex digits. */
  readonly sealId: string;
  readonly threshold: number;
  /** 32 bytes and the x coordinate. */
  readonly bytes: Buffer;
}

const prefix = 'bulwark-share-';
const version = 1;
const shareBytes = 33;
const checksumBytes = 4;
const contentBytes = 1 + 8 + 1 + shareBytes;

/** A share as a person keeps it: base32 with a checksum. */
export const formatShare = ({ sealId, threshold, bytes }: Share): string => {
  const content = Buffer.concat([Buffer.of(version), Buffer.from(sealId, 'hex'), Buffer.of(threshold), bytes]);
  const encoded = encodeBase32(Buffer.concat([content, checksumOf(content)]));
  return prefix + encoded.match(/.{1,4}/g)!.join('-');
};

/** @throws {WrongSecret} not a share, or one with a typing error */
export const parseShare = (text: string): Share => {
  const compact = text.toLowerCase().replace(/[\s-]/g, '');
  const marker = prefix.replaceAll('-', '');
  if (!compact.startsWith(marker)) throw new WrongSecret('this is not a share: a share begins with "bulwark-share-"');
  const decoded = decodeBase32(compact.slice(marker.length));
  const content = decoded?.subarray(0, contentBytes);
  if (
    !decoded ||
    !content ||
    decoded.length !== contentBytes + checksumBytes ||
    !checksumOf(content).equals(decoded.subarray(contentBytes))
  ) {
    throw new WrongSecret('this share has a typing error: its checksum does not fit');
  }
  if (content[0] !== version) throw new WrongSecret('this share was written by a newer Bulwark');
  return { sealId: content.toString('hex', 1, 9), threshold: content[9]!, bytes: Buffer.from(content.subarray(10)) };
};

const checksumOf = (content: Buffer): Buffer => hash('sha256', content, 'buffer').subarray(0, checksumBytes);

/** Crockford's alphabet: no letter that is read as another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

const encodeBase32 = (bytes: Buffer): string => {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
};

const decodeBase32 = (text: string): Buffer | undefined => {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text.replace(/[il]/g, '1').replace(/o/g, '0')) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bytes.push((held >>> (bits - 8)) & 255);
      bits -= 8;
    }
    held &= (1 << bits) - 1;
  }
  return held === 0 ? Buffer.from(bytes) : undefined;
};
