import { createPublicKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { readDer } from './der.ts';

/**
 * ML-DSA over a message representative μ that the caller computed: OpenSSL can do this, but Node does not let it. The lattice
 * arithmetic is that of noble-post-quantum, which makes no promise of constant time; the signature is hedged, so that its
 * time does not depend on the message and key alone.
 *
 * @see FIPS 204 §6.2, §6.3
 */

type MlDsa = typeof import('@noble/post-quantum/ml-dsa.js');

/** Signs μ. @param mu 64 bytes */
export const signMu = (key: KeyObject, mu: Uint8Array): Buffer => {
  const encoded = key.export({ format: 'der', type: 'pkcs8' });
  const signature = parametersOf(key).internal.sign(mu, expandedKey(encoded), { externalMu: true });
  encoded.fill(0);
  return Buffer.from(signature.buffer, signature.byteOffset, signature.byteLength);
};

/** Verifies a signature of μ. @param key public or private key @param mu 64 bytes */
export const verifyMu = (key: KeyObject, mu: Uint8Array, signature: Uint8Array): boolean => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const encoded = publicKey.export({ format: 'der', type: 'spki' });
  const algorithm = readDer(readDer(encoded, 0x30)!.content, 0x30)!;
  // A BIT STRING begins with the count of its unused bits.
  const bytes = readDer(algorithm.rest, 0x03)!.content.subarray(1);
  return parametersOf(key).internal.verify(signature, mu, bytes, { externalMu: true });
};

/** ML-DSA-PrivateKey.both: the seed, then the private key as FIPS 204 encodes it. @see RFC 9881 §6 */
const expandedKey = (pkcs8: Buffer): Buffer => {
  const version = readDer(readDer(pkcs8, 0x30)!.content, 0x02)!;
  const algorithm = readDer(version.rest, 0x30)!;
  const both = readDer(readDer(algorithm.rest, 0x04)!.content, 0x30)!;
  return readDer(readDer(both.content, 0x04)!.rest, 0x04)!.content;
};

const parametersOf = (key: KeyObject) => {
  // Loaded by the first signature of this kind: few servers ever see one.
  library ??= createRequire(import.meta.url)('@noble/post-quantum/ml-dsa.js') as MlDsa;
  const sets = { 'ml-dsa-44': library.ml_dsa44, 'ml-dsa-65': library.ml_dsa65, 'ml-dsa-87': library.ml_dsa87 };
  return sets[key.asymmetricKeyType as keyof typeof sets];
};

let library: MlDsa | undefined;
