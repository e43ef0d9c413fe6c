import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Kinds of key pairs, by the names that OpenSSL takes. */
export type KeyPairKind =
  | { readonly type: 'rsa'; readonly modulusBits: 2048 | 3072 | 4096 }
  | { readonly type: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' | 'secp256k1' }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' };

/** Makes a key pair; public exponent of RSA keys 65,537. @returns the private key, which holds the public one */
export const generateKeyPair = (kind: KeyPairKind): KeyObject => {
  switch (kind.type) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: kind.modulusBits }).privateKey;
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: kind.curve }).privateKey;
    case 'ed25519':
      return generateKeyPairSync('ed25519').privateKey;
    default:
      return generateKeyPairSync(kind.type as 'ml-dsa-44').privateKey;
  }
};

/** Whether a key is of that kind. */
export const isOfKind = (key: KeyObject, kind: KeyPairKind): boolean => {
  if (key.asymmetricKeyType !== kind.type) return false;
  if (kind.type === 'rsa') return key.asymmetricKeyDetails!.modulusLength === kind.modulusBits;
  return kind.type !== 'ec' || key.asymmetricKeyDetails!.namedCurve === openSslNames[kind.curve];
};

const openSslNames = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1', secp256k1: 'secp256k1' };
