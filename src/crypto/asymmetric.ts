import { constants, diffieHellman, type KeyObject, privateDecrypt } from 'node:crypto';
import { CryptoThreads } from './crypto-threads.ts';
import { generateKeyPair, type KeyPairKind } from './key-pair.ts';
import { modulusBytes } from './prehashed-rsa.ts';
import { type SignatureScheme, signMessage, verifySignature } from './signature.ts';

/** Something to do with an asymmetric key. Keys are private keys, also to verify: see prehashed-ecdsa.ts. */
export type AsymmetricJob =
  | { readonly kind: 'generate'; readonly pair: KeyPairKind }
  | { readonly kind: 'sign'; readonly scheme: SignatureScheme; readonly key: KeyObject; readonly message: Uint8Array }
  | {
      readonly kind: 'verify';
      readonly scheme: SignatureScheme;
      readonly key: KeyObject;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    }
  /** RSAES-OAEP with MGF1 of the same hash and no label. */
  | {
      readonly kind: 'decrypt';
      readonly hash: 'sha1' | 'sha256';
      readonly key: KeyObject;
      readonly ciphertext: Uint8Array;
    }
  /** ECDH with cofactor 1. */
  | { readonly kind: 'agree'; readonly key: KeyObject; readonly publicKey: KeyObject };

/** What comes of each kind of job. */
export interface AsymmetricResults {
  /** The private key. */
  readonly generate: KeyObject;
  readonly sign: Uint8Array;
  readonly verify: boolean;
  /** Undefined: no plaintext of this key. */
  readonly decrypt: Uint8Array | undefined;
  /** The x-coordinate of the shared point. */
  readonly agree: Uint8Array;
}

/** The result of a job of one kind. */
export type ResultOf<Job extends AsymmetricJob> = AsymmetricResults[Job['kind']];

/**
 * Does a job: at once where that takes less than handing it to another thread and back would delay others, else on a thread
 * of its own, so that the event loop stays free.
 *
 * @throws {ThreadsBusy} too many jobs wait already; thrown or rejected
 */
export const performAsymmetric = <Job extends AsymmetricJob>(job: Job): ResultOf<Job> | Promise<ResultOf<Job>> => {
  if (isQuick(job)) return runAsymmetric(job);
  // A key of 4,096 bits may take seconds to make: signatures do not queue behind it.
  return (job.kind === 'generate' ? generating : operating).run(job);
};

/** Does a job on this thread. */
export const runAsymmetric = <Job extends AsymmetricJob>(job: Job): ResultOf<Job> => resultOf(job) as ResultOf<Job>;

const resultOf = (job: AsymmetricJob): AsymmetricResults[keyof AsymmetricResults] => {
  switch (job.kind) {
    case 'generate':
      return generateKeyPair(job.pair);
    case 'sign':
      return signMessage(job.scheme, job.key, job.message);
    case 'verify':
      return verifySignature(job.scheme, job.key, job.message, job.signature);
    case 'decrypt':
      return decryptOaep(job.key, job.hash, job.ciphertext);
    case 'agree':
      return diffieHellman({ privateKey: job.key, publicKey: job.publicKey });
  }
};

const decryptOaep = (key: KeyObject, oaepHash: string, ciphertext: Uint8Array): Buffer | undefined => {
  // OpenSSL reads a ciphertext that lacks its leading zeros as the same number. RFC 8017 §7.1.2: it is none.
  if (ciphertext.length !== modulusBytes(key)) return undefined;
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext);
  } catch {
    // Whatever is wrong with it: there must be one answer. @see RFC 8017 §7.1.2
    return undefined;
  }
};

/** Up to about 200 µs, measured: P-256, Ed25519, and what takes only the public key of RSA. */
const isQuick = (job: AsymmetricJob): boolean => {
  if (job.kind === 'generate')
    return job.pair.type === 'ed25519' || (job.pair.type === 'ec' && job.pair.curve === 'P-256');
  switch (job.key.asymmetricKeyType) {
    case 'ed25519':
      return true;
    case 'ec':
      return job.key.asymmetricKeyDetails!.namedCurve === 'prime256v1';
    case 'rsa':
      return job.kind === 'verify';
    default:
      return false;
  }
};

const operating = new CryptoThreads('operations');
const generating = new CryptoThreads('generation', 1);
