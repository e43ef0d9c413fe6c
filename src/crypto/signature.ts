import { constants, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { signMu, verifyMu } from './ml-dsa-mu.ts';
import * as ecdsa from './prehashed-ecdsa.ts';
import * as ed25519 from './prehashed-ed25519.ts';
import * as rsa from './prehashed-rsa.ts';

/** How a message is signed. `digest`: the message is the hash's output already. */
export type SignatureScheme =
  | {
      readonly name: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA';
      readonly hash: rsa.RsaHash;
      readonly input: 'message' | 'digest';
    }
  | { readonly name: 'Ed25519' | 'Ed25519ph' }
  /** `mu`: the message is the 64-byte message representative. @see FIPS 204 §6.2 */
  | { readonly name: 'ML-DSA'; readonly input: 'message' | 'mu' };

/**
 * Signs a message.
 *
 * @param key private key of the scheme's type
 * @returns ECDSA: DER; all others: as their standard encodes it
 * @see FIPS 186-5, RFC 8017 (salt of PSS as long as the digest), RFC 8032, FIPS 204 (hedged, no context)
 */
export const signMessage = (scheme: SignatureScheme, key: KeyObject, message: Uint8Array): Buffer => {
  switch (scheme.name) {
    case 'RSASSA-PKCS1-v1_5':
      if (scheme.input === 'digest') return rsa.signDigestPkcs1(key, message, scheme.hash);
      return sign(scheme.hash, message, key);
    case 'RSASSA-PSS':
      if (scheme.input === 'digest') return rsa.signDigestPss(key, message, scheme.hash);
      return sign(scheme.hash, message, { key, ...pss });
    case 'ECDSA':
      if (scheme.input === 'digest') return ecdsa.signDigest(key, message, scheme.hash);
      return sign(scheme.hash, message, key);
    case 'Ed25519ph':
      return ed25519.signPrehashed(key, message);
    case 'Ed25519':
      return sign(null, message, key);
    case 'ML-DSA':
      return scheme.input === 'mu' ? signMu(key, message) : sign(null, message, key);
  }
};

/**
 * Verifies a signature. A malformed one is a wrong one.
 *
 * @param key private key: prehashed elliptic-curve schemes need it, see prehashed-ecdsa.ts
 */
export const verifySignature = (
  scheme: SignatureScheme,
  key: KeyObject,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  const publicKey = createPublicKey(key);
  switch (scheme.name) {
    case 'RSASSA-PKCS1-v1_5':
      if (scheme.input === 'digest') return rsa.verifyDigestPkcs1(publicKey, message, scheme.hash, signature);
      return verify(scheme.hash, message, publicKey, signature);
    case 'RSASSA-PSS':
      if (scheme.input === 'digest') return rsa.verifyDigestPss(publicKey, message, scheme.hash, signature);
      // OpenSSL reads a signature that lacks its leading zeros as the same number. RFC 8017 §8.1.2: it is none.
      if (signature.length !== rsa.modulusBytes(publicKey)) return false;
      return verify(scheme.hash, message, { key: publicKey, ...pss }, signature);
    case 'ECDSA':
      if (scheme.input === 'digest') return ecdsa.verifyDigest(key, message, scheme.hash, signature, publicKey);
      return verify(scheme.hash, message, publicKey, signature);
    case 'Ed25519ph':
      return ed25519.verifyPrehashed(key, message, signature, publicKey);
    case 'Ed25519':
      return verify(null, message, publicKey, signature);
    case 'ML-DSA':
      return scheme.input === 'mu'
        ? verifyMu(publicKey, message, signature)
        : verify(null, message, publicKey, signature);
  }
};

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
