import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { blinded, fromLittleEndian, mod, toBytes } from './big-integer.ts';
import { randomBytes } from './random.ts';

/**
 * Ed25519ph, which Node does not offer, out of Ed25519, which it does: a signature (R, S) of some other message is carried
 * over, S + (k - k′) s, where k and k′ are the hashes that bind R to either message. Both nonce and arithmetic on the curve
 * stay in OpenSSL. The price is that of prehashed ECDSA: it takes the private scalar s also to verify.
 *
 * @see RFC 8032 §5.1.6, §5.1.7; FIPS 186-5 §7.8
 */

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** dom2(1, ""). @see RFC 8032 §2 */
const prehashDomain = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Buffer.from([1, 0])]);

/** Signs SHA-512(message) with Ed25519ph and no context. @param key private key @returns R ‖ S, 64 bytes */
export const signPrehashed = (key: KeyObject, message: Uint8Array): Buffer => {
  const { scalar, encodedPoint } = secretsOf(key);
  // Random and never shown: its signature is dropped, so nobody ever sees two signatures of one nonce.
  const between = randomBytes(32);
  const signature = sign(null, between, key);
  const [r, s] = [signature.subarray(0, 32), fromLittleEndian(signature.subarray(32))];
  const carried = s + (prehashedChallenge(r, encodedPoint, message) - challenge(r, encodedPoint, between)) * scalar;
  return Buffer.concat([r, littleEndian(mod(carried, order))]);
};

/** Verifies an Ed25519ph signature. @param key private key: see above */
export const verifyPrehashed = (
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean => {
  if (signature.length !== 64) return false;
  const { scalar, encodedPoint } = secretsOf(key);
  const [r, s] = [signature.subarray(0, 32), fromLittleEndian(signature.subarray(32))];
  if (s >= order) return false;
  const between = Buffer.alloc(0);
  const carried = s + (challenge(r, encodedPoint, between) - prehashedChallenge(r, encodedPoint, message)) * scalar;
  return verify(null, between, publicKey, Buffer.concat([r, littleEndian(mod(carried, order))]));
};

const challenge = (...parts: readonly Uint8Array[]): bigint =>
  fromLittleEndian(hash('sha512', Buffer.concat(parts), 'buffer')) % order;

const prehashedChallenge = (r: Uint8Array, encodedPoint: Uint8Array, message: Uint8Array): bigint =>
  challenge(prehashDomain, r, encodedPoint, hash('sha512', message, 'buffer'));

const littleEndian = (value: bigint): Buffer => toBytes(value, 32).reverse();

const secretsOf = (key: KeyObject): { scalar: bigint; encodedPoint: Buffer } => {
  // The seed ends the encoding. @see RFC 8410 §7
  const encoded = key.export({ format: 'der', type: 'pkcs8' });
  const expanded = hash('sha512', encoded.subarray(-32), 'buffer');
  expanded[0]! &= 0xf8;
  expanded[31] = (expanded[31]! & 0x7f) | 0x40;
  const scalar = blinded(fromLittleEndian(expanded.subarray(0, 32)), order);
  encoded.fill(0);
  expanded.fill(0);
  return { scalar, encodedPoint: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32) };
};
