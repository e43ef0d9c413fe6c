import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isOfKind, type KeyPairKind } from '../../crypto/key-pair.ts';
import type { KeyWrap } from '../../store/store.ts';
import { incorrect } from './imported-material.ts';
import { type StoredMaterial, wrapKeyPair, wrapMaterial } from './key-material.ts';
import type { KeyRecord } from './key-record.ts';
import { keySpecs } from './key-specs.ts';

/**
 * Wraps imported key material for storage: the bytes of a symmetric or HMAC key, or a private key as PKCS #8, DER.
 *
 * @param raw cleared, whatever comes of it
 * @throws {Fault} IncorrectKeyMaterialException: it is no material of the key's spec
 */
export const wrapImported = (raw: Buffer, key: KeyRecord, keyWrap: KeyWrap): StoredMaterial => {
  const { material: form } = keySpecs[key.keySpec]!;
  try {
    if (form.kind === 'pair') return wrapKeyPair(parsePrivateKey(raw, form.pair), key, keyWrap);
    if (raw.length === form.bytes) return wrapMaterial(raw, key, keyWrap);
    throw incorrect(`The key material of a ${key.keySpec} key is ${form.bytes * 8} bits.`);
  } finally {
    raw.fill(0);
  }
};

const parsePrivateKey = (pkcs8: Buffer, kind: KeyPairKind): KeyObject => {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch {
    // OpenSSL's reason is about bytes that nobody may learn more of.
  }
  if (!key || !isOfKind(key, kind)) throw incorrect('The key material is no private key of the KMS key’s spec.');
  return key;
};
