import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type AsymmetricJob, performAsymmetric, type ResultOf } from '../../crypto/asymmetric.ts';
import { ThreadsBusy } from '../../crypto/crypto-threads.ts';
import type { KeyPairKind } from '../../crypto/key-pair.ts';
import type { SignatureScheme } from '../../crypto/signature.ts';
import type { Eventually } from '../../kernel/eventually.ts';
import type { KeyPairOperations, OaepHash } from './material-operations.ts';
import { throttled } from './request-quotas.ts';

/** An asymmetric key whose private key is in this process; slow operations run on threads of their own. */
export class KeyPairMaterial implements KeyPairOperations {
  readonly kind = 'pair';
  readonly #key: KeyObject;

  /** @param pkcs8 DER; the caller clears it */
  constructor(pkcs8: Buffer) {
    this.#key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  }

  sign(scheme: SignatureScheme, message: Uint8Array): Eventually<Uint8Array> {
    return perform({ kind: 'sign', scheme, key: this.#key, message });
  }

  verify(scheme: SignatureScheme, message: Uint8Array, signature: Uint8Array): Eventually<boolean> {
    return perform({ kind: 'verify', scheme, key: this.#key, message, signature });
  }

  decrypt(hash: OaepHash, ciphertext: Uint8Array): Eventually<Uint8Array | undefined> {
    return perform({ kind: 'decrypt', hash, key: this.#key, ciphertext });
  }

  agree(peer: KeyObject): Eventually<Uint8Array> {
    return perform({ kind: 'agree', key: this.#key, publicKey: peer });
  }
}

/** Makes a key pair. @throws {Fault} Throttling: too many are being made, thrown or rejected */
export const newKeyPair = (pair: KeyPairKind): Eventually<KeyObject> => perform({ kind: 'generate', pair });

const perform = <Job extends AsymmetricJob>(job: Job): Eventually<ResultOf<Job>> => {
  const result = performAsymmetric(job);
  return result instanceof Promise ? result.catch(refuseBusy) : result;
};

const refuseBusy = (error: unknown): never => {
  if (!(error instanceof ThreadsBusy)) throw error;
  throw throttled();
};
