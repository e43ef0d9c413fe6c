import { createPublicKey } from 'node:crypto';
import type { DataKeyPairSpec } from '@aws-sdk/client-kms';
import type { KeyPairKind } from '../../crypto/key-pair.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import { oncePerCall } from '../../kernel/once.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { newKeyPair } from './key-pair-material.ts';
import { keySpecs } from './key-specs.ts';
import type { KmsKey } from './kms-key.ts';

/** A new key pair: public key as SubjectPublicKeyInfo, private key as PKCS #8, both DER. */
interface DataKeyPair {
  /** The caller clears it unless it is the answer. */
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
  /** The private key under the KMS key. */
  readonly ciphertext: Buffer;
}

/** The kind of key pair that a spec names. @throws {Fault} ValidationException: SM2, outside of the China Regions */
export const requirePairSpec = (spec: DataKeyPairSpec): KeyPairKind => {
  const material = keySpecs[spec]?.material;
  if (material?.kind === 'pair') return material.pair;
  throw fault('ValidationException', `KeyPairSpec ${spec} is not supported in this Region.`);
};

/**
 * Makes a key pair, once for the call.
 *
 * @throws {Fault} ThrottlingException: too many are being made
 */
export const generateDataKeyPairUnder = (
  key: KmsKey,
  pair: KeyPairKind,
  input: { readonly EncryptionContext?: EncryptionContext | undefined },
): Eventually<DataKeyPair> =>
  eventually(
    oncePerCall(input, () => newKeyPair(pair)),
    (generated) => {
      const privateKey = generated.export({ format: 'der', type: 'pkcs8' });
      const publicKey = createPublicKey(generated).export({ format: 'der', type: 'spki' });
      return eventually(key.encrypt(privateKey, input.EncryptionContext), (ciphertext) => ({
        privateKey,
        publicKey,
        ciphertext,
      }));
    },
  );
