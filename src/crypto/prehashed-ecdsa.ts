import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { blinded, invertSecret, mod, toBigInt, toBytes } from './big-integer.ts';
import { derInteger, derSequence, readDer, readDerInteger } from './der.ts';
import { randomBytes } from './random.ts';

/**
 * ECDSA over a digest that the caller made. OpenSSL, as Node offers it, always hashes; so it signs or verifies some other
 * message under the same key, and the signature is carried over from that message's hash h to the digest e: of
 * s = k⁻¹ (h + r d) follows k⁻¹ (e + r d) = s (h + r d)⁻¹ (e + r d), with the same r. All arithmetic on the curve, and
 * the nonce, stay in OpenSSL. The price: it takes the private scalar d also to verify, and d is a bigint for a moment.
 *
 * @see FIPS 186-5 §6.4; docs/decisions/0006-comparing-and-keeping-secrets.md
 */

const orders: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

/**
 * Signs a digest.
 *
 * @param key private key on P-256, P-384, P-521 or secp256k1
 * @param digest as long as the hash's output, and no longer than the group's order
 * @param hashName hash for the message in between: one as long as the digest
 * @returns DER
 */
export const signDigest = (key: KeyObject, digest: Uint8Array, hashName: string): Buffer => {
  const { order, scalar } = secretsOf(key);
  for (;;) {
    // Random and never shown.
    const message = randomBytes(32);
    const { r, s } = parseSignature(sign(hashName, message, key))!;
    const from = toBigInt(hash(hashName, message, 'buffer')) + r * scalar;
    const carried = mod(s * invertSecret(from, order) * mod(toBigInt(digest) + r * scalar, order), order);
    // The signature of the message in between is dropped: nobody ever sees two signatures of one nonce.
    if (carried !== 0n) return formatSignature(r, carried, order);
  }
};

/** Verifies a signature, DER, of a digest. @param key private key: see above */
export const verifyDigest = (
  key: KeyObject,
  digest: Uint8Array,
  hashName: string,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean => {
  const { order, scalar } = secretsOf(key);
  const parsed = parseSignature(signature);
  if (!parsed) return false;
  const { r, s } = parsed;
  if (r === 0n || s === 0n || r >= order || s >= order) return false;
  const from = mod(toBigInt(digest) + r * scalar, order);
  if (from === 0n) return false;
  const message = Buffer.alloc(0);
  const to = toBigInt(hash(hashName, message, 'buffer')) + r * scalar;
  const carried = mod(s * invertSecret(from, order) * mod(to, order), order);
  return carried !== 0n && verify(hashName, message, publicKey, formatSignature(r, carried, order));
};

const secretsOf = (key: KeyObject): { order: bigint; scalar: bigint } => {
  const order = orders[key.asymmetricKeyDetails!.namedCurve!]!;
  // ECPrivateKey: version, then the scalar. @see RFC 5915 §3
  const encoded = key.export({ format: 'der', type: 'sec1' });
  const version = readDer(readDer(encoded, 0x30)!.content, 0x02)!;
  const scalar = toBigInt(readDer(version.rest, 0x04)!.content);
  encoded.fill(0);
  // Whoever asks to verify chooses r and e: a time that depended on d would be his to measure as often as he likes.
  return { order, scalar: blinded(scalar, order) };
};

/** Ecdsa-Sig-Value. @see RFC 3279 §2.2.3 */
const parseSignature = (signature: Uint8Array): { r: bigint; s: bigint } | undefined => {
  const bytes = Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
  const sequence = readDer(bytes, 0x30);
  if (!sequence || sequence.rest.length > 0) return undefined;
  const r = readDerInteger(sequence.content);
  const s = r && readDerInteger(r.rest);
  if (!s || s.rest.length > 0) return undefined;
  return { r: toBigInt(r.content), s: toBigInt(s.content) };
};

const formatSignature = (r: bigint, s: bigint, order: bigint): Buffer => {
  const bytes = Math.ceil(order.toString(16).length / 2);
  return derSequence(derInteger(toBytes(r, bytes)), derInteger(toBytes(s, bytes)));
};
