import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import type { RotationType } from '@aws-sdk/client-kms';
import { noStrings } from '../../crypto/aad.ts';
import { AeadKey } from '../../crypto/derived-key-aead.ts';
import { AeadError } from '../../crypto/gcm.ts';
import { deriveCounterMode, deriveSecretKey, formatKdfInput } from '../../crypto/kdf.ts';
import { takeSecretKey } from '../../crypto/secret-key.ts';
import { Xaes256Gcm } from '../../crypto/xaes-256-gcm.ts';
import type { KeyWrap } from '../../store/store.ts';
import { type Ciphertext, type CiphertextVersion, formatHeader } from './ciphertext.ts';
import { type KeyPlace, keyArn } from './key-arn.ts';
import { KeyPairMaterial } from './key-pair-material.ts';
import type { MaterialForm } from './key-specs.ts';
import { MacMaterial } from './mac-material.ts';
import type { MaterialOperations, SymmetricOperations } from './material-operations.ts';

/** Key material as a key's record holds it. */
export interface StoredMaterial {
  /** 64 hexadecimal digits, derived from the material: equal material has equal ids. */
  readonly id: string;
  /** The material under the store's key wrap, bound to key ARN and material id; absent: it is to be imported (again). */
  readonly wrapped?: string;
  /** Of an asymmetric key: SubjectPublicKeyInfo, DER in base64. */
  readonly publicKey?: string;
  /** How and when (milliseconds since the epoch) it took over; absent: it is the first. */
  readonly rotation?: { readonly type: RotationType; readonly at: number };
  /** What whoever imported it said of it. */
  readonly description?: string;
  /** When imported material is deleted, in milliseconds since the epoch; absent: never. */
  readonly expiresAt?: number;
}

const materialIdLabel = 'bulwark kms key material id';
const xaesLabel = 'bulwark kms xaes-256-gcm';
const derivedKeyAeadLabel = 'bulwark kms ciphertext';

const noContext = Buffer.alloc(0);
const keyBytes = 32;

/**
 * Wraps new key material for storage.
 *
 * @param raw the bytes of a symmetric or HMAC key; cleared
 */
export const wrapMaterial = (raw: Buffer, key: KeyPlace, keyWrap: KeyWrap): StoredMaterial => {
  const id = materialIdOf(raw);
  const wrapped = keyWrap.wrap(raw, wrapContext(key, id));
  raw.fill(0);
  return { id, wrapped };
};

/** Material of one key for a related key: the same, bound to that one's ARN. */
export const rewrapMaterial = (
  stored: StoredMaterial,
  from: KeyPlace,
  to: KeyPlace,
  keyWrap: KeyWrap,
): StoredMaterial => {
  const raw = unwrapMaterial(stored, from, keyWrap);
  return { ...stored, ...wrapMaterial(raw, to, keyWrap) };
};

/** The bytes of material that is there; the caller clears them. */
const unwrapMaterial = (stored: StoredMaterial, key: KeyPlace, keyWrap: KeyWrap): Buffer =>
  keyWrap.unwrap(stored.wrapped!, wrapContext(key, stored.id));

/** Wraps a new private key for storage: PKCS #8, beside its public key. */
export const wrapKeyPair = (privateKey: KeyObject, key: KeyPlace, keyWrap: KeyWrap): StoredMaterial => ({
  ...wrapMaterial(privateKey.export({ format: 'der', type: 'pkcs8' }), key, keyWrap),
  publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64'),
});

/** Key material of any form, ready to use in this process. */
export const openMaterial = (
  form: MaterialForm,
  stored: StoredMaterial,
  key: KeyPlace,
  keyWrap: KeyWrap,
): MaterialOperations => {
  if (form.kind === 'symmetric') return new KeyMaterial(stored, key, keyWrap);
  const raw = unwrapMaterial(stored, key, keyWrap);
  try {
    return form.kind === 'hmac' ? new MacMaterial(raw) : new KeyPairMaterial(raw);
  } finally {
    raw.fill(0);
  }
};

const wrapContext = (key: KeyPlace, materialId: string): string => `${keyArn(key)} ${materialId}`;

/** One-way: 256 bits of the KDF's output, under a label that nothing else uses. */
const materialIdOf = (raw: Buffer): string =>
  deriveCounterMode(createSecretKey(raw), formatKdfInput(materialIdLabel, noContext, keyBytes), keyBytes).toString(
    'hex',
  );

/** Symmetric key material, ready to use; the raw bytes live only inside node:crypto. */
export class KeyMaterial implements SymmetricOperations {
  readonly kind = 'symmetric';
  readonly id: string;
  readonly #xaes: Xaes256Gcm;
  readonly #openers: Readonly<Record<CiphertextVersion, { open(sealed: Buffer, aad: Uint8Array): Buffer }>>;
  /** What begins every ciphertext. */
  readonly header: Buffer;
  /** The AAD of a message without an encryption context. */
  readonly #aadWithoutContext: Buffer;

  constructor(stored: StoredMaterial, key: KeyPlace, keyWrap: KeyWrap) {
    const raw = unwrapMaterial(stored, key, keyWrap);
    const material = takeSecretKey(raw);
    this.id = stored.id;
    this.#xaes = new Xaes256Gcm(deriveSecretKey(material, formatKdfInput(xaesLabel, noContext, keyBytes)));
    this.#openers = { 0: AeadKey.from(material, derivedKeyAeadLabel), 1: this.#xaes };
    this.header = formatHeader(1, key.account, key.id, stored.id);
    this.#aadWithoutContext = Buffer.concat([this.header, noStrings]);
  }

  /** @param context encoded encryption context */
  encrypt(plaintext: Uint8Array, context: Buffer): Buffer {
    const aad = context === noStrings ? this.#aadWithoutContext : Buffer.concat([this.header, context]);
    return this.#xaes.seal(plaintext, aad, this.header);
  }

  /**
   * @param context encoded encryption context
   * @returns undefined when ciphertext or context is not what was encrypted
   */
  decrypt({ version, sealed, header }: Ciphertext, context: Buffer): Buffer | undefined {
    try {
      return this.#openers[version].open(sealed, Buffer.concat([header, context]));
    } catch (error) {
      if (error instanceof AeadError) return undefined;
      throw error;
    }
  }
}
