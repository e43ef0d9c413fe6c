import {
  constants,
  createPublicKey,
  hash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  timingSafeEqual,
} from 'node:crypto';
import { derNull, derOctetString, derOid, derSequence } from './der.ts';
import { randomBytes } from './random.ts';

/**
 * RSA signatures over a digest that the caller made: the encoding is ours, since OpenSSL, as Node offers it, always hashes;
 * RSA itself, with blinding, is OpenSSL's.
 *
 * @see RFC 8017 §8, §9
 */

/** Hashes of the signature algorithms, by their names in node:crypto. */
export type RsaHash = 'sha256' | 'sha384' | 'sha512';

const hashOids: Readonly<Record<RsaHash, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** RSASSA-PKCS1-v1_5. @param digest as long as the hash's output */
export const signDigestPkcs1 = (key: KeyObject, digest: Uint8Array, hashName: RsaHash): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encodePkcs1(digest, hashName, modulusBytes(key)));

/** RSASSA-PKCS1-v1_5: the whole encoding is compared, not parsed. @param key public or private key */
export const verifyDigestPkcs1 = (
  key: KeyObject,
  digest: Uint8Array,
  hashName: RsaHash,
  signature: Uint8Array,
): boolean => {
  const encoded = recover(key, signature);
  return encoded !== undefined && timingSafeEqual(encoded, encodePkcs1(digest, hashName, encoded.length));
};

/** RSASSA-PSS with MGF1 of the same hash and a salt as long as the digest. */
export const signDigestPss = (key: KeyObject, digest: Uint8Array, hashName: RsaHash): Buffer =>
  privateEncrypt(
    { key, padding: constants.RSA_NO_PADDING },
    encodePss(digest, randomBytes(digest.length), hashName, modulusBytes(key)),
  );

/** RSASSA-PSS with MGF1 of the same hash; a salt of another length than the digest's is refused. @param key public or private key */
export const verifyDigestPss = (
  key: KeyObject,
  digest: Uint8Array,
  hashName: RsaHash,
  signature: Uint8Array,
): boolean => {
  const encoded = recover(key, signature);
  if (!encoded) return false;
  const maskAt = encoded.length - digest.length - 1;
  const masked = encoded.subarray(0, maskAt);
  const mask = maskOf(encoded.subarray(maskAt, -1), maskAt, hashName);
  for (let at = 0; at < maskAt; at++) mask[at]! ^= masked[at]!;
  // The encoding is unique given its salt: what it must be is compared with what it is.
  return timingSafeEqual(encoded, encodePss(digest, mask.subarray(maskAt - digest.length), hashName, encoded.length));
};

/** Length of the modulus, and so of every signature and ciphertext. @param key public or private key */
export const modulusBytes = (key: KeyObject): number => key.asymmetricKeyDetails!.modulusLength! / 8;

const recover = (key: KeyObject, signature: Uint8Array): Buffer | undefined => {
  if (signature.length !== modulusBytes(key)) return undefined;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  try {
    return publicDecrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    // The signature is no number below the modulus.
    return undefined;
  }
};

/** EMSA-PKCS1-v1_5. */
const encodePkcs1 = (digest: Uint8Array, hashName: RsaHash, bytes: number): Buffer => {
  const digestInfo = derSequence(derSequence(derOid(hashOids[hashName]), derNull), derOctetString(digest));
  const padding = Buffer.alloc(bytes - digestInfo.length - 3, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digestInfo]);
};

/** EMSA-PSS for a modulus whose length is a multiple of 8 bits. */
const encodePss = (digest: Uint8Array, salt: Uint8Array, hashName: RsaHash, bytes: number): Buffer => {
  const salted = hash(hashName, Buffer.concat([Buffer.alloc(8), digest, salt]), 'buffer');
  const block = maskOf(salted, bytes - salted.length - 1, hashName);
  const saltAt = block.length - salt.length;
  block[saltAt - 1]! ^= 1;
  for (let at = 0; at < salt.length; at++) block[saltAt + at]! ^= salt[at]!;
  block[0]! &= 0x7f;
  return Buffer.concat([block, salted, Buffer.from([0xbc])]);
};

/** MGF1. */
const maskOf = (seed: Uint8Array, bytes: number, hashName: RsaHash): Buffer => {
  const blocks: Buffer[] = [];
  const counter = Buffer.alloc(4);
  for (let made = 0, index = 0; made < bytes; index++) {
    counter.writeUInt32BE(index);
    const block = hash(hashName, Buffer.concat([seed, counter]), 'buffer');
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks, bytes);
};
