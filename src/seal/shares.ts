import { createSecretKey, hash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { randomBytes } from '../crypto/random.ts';
import { takeSecretKey } from '../crypto/secret-key.ts';
import type { SealIdentity, SealMethod } from './method.ts';
import { AlteredSeal, SealError, WrongSecret } from './seal-error.ts';
import { formatShare, parseShare, type Share } from './share-text.ts';

/** The seal key is split among n people (Shamir 1979): k of them open it, fewer learn nothing. */
export const shares: SealMethod = {
  asks: 'share',
  needed: ({ threshold }) => {
    if (typeof threshold !== 'number' || !Number.isInteger(threshold) || threshold < 2 || threshold > 255) {
      throw new AlteredSeal('seal.json names an impossible number of shares: put the file back from a backup');
    }
    return threshold;
  },
  accept: (seal, given) => formatShare(shareOf(seal, given)),
  create: async (id, { shares: { threshold, total } }) => {
    if (!(threshold >= 2 && threshold <= total && total <= 255))
      throw new SealError('shares: at least 2 open the seal, at most all of them, of at most 255');
    // The library takes a Uint8Array itself, not one of its kinds.
    const secret = new Uint8Array(randomBytes(32));
    const parts = (await split(secret, total, threshold)).map((part) => Buffer.from(part));
    const key = takeSecretKey(secret);
    return {
      key,
      parameters: { threshold, digests: parts.map((bytes) => digestOf(id, bytes)) },
      keep: [
        `${total} shares; any ${threshold} of them open the seal ("bulwark unseal"), fewer tell nothing.`,
        'Give each to another person. They are shown this once and stored nowhere:',
        ...parts.map((bytes) => formatShare({ sealId: id, threshold, bytes })),
      ],
    };
  },
  recover: async (seal, _settings, given) => {
    const parts = given.map((text) => new Uint8Array(shareOf(seal, text).bytes));
    const secret = await combine(parts);
    const key = createSecretKey(secret);
    for (const part of [secret, ...parts]) part.fill(0);
    return key;
  },
};

/** @throws {WrongSecret} not a share of this seal */
const shareOf = ({ id, parameters }: SealIdentity, text: string): Share => {
  const share = parseShare(text);
  if (share.sealId !== id)
    throw new WrongSecret(`this share belongs to another seal (${share.sealId}, this one is ${id})`);
  const { digests } = parameters;
  if (!Array.isArray(digests) || !digests.includes(digestOf(id, share.bytes)))
    throw new WrongSecret('this share is wrong: it is not one of those that this seal was made with');
  return share;
};

const digestOf = (id: string, share: Buffer): string =>
  hash('sha256', Buffer.concat([Buffer.from('bulwark-share\0'), Buffer.from(id, 'hex'), share]), 'hex');
