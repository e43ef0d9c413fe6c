import type { KeyObject } from 'node:crypto';
import type { AlgorithmSpec } from '@aws-sdk/client-kms';
import { fault } from '../../kernel/fault.ts';
import type { KeyWrap } from '../../store/store.ts';
import { KeyPairMaterial } from './key-pair-material.ts';

/** What an import token holds: the private half of a wrapping key, and how it is to be used. */
export interface ImportParameters {
  readonly algorithm: AlgorithmSpec;
  readonly wrappingKey: KeyPairMaterial;
  readonly modulusBytes: number;
}

/** Bytes before the private key: version, algorithm, modulus length, end of validity. */
const headerBytes = 11;
const version = 1;
const numbered: readonly AlgorithmSpec[] = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
];

/**
 * Import tokens: sealed private wrapping keys, for one KMS key and 24 hours. Nothing is kept of them.
 *
 * Layout in docs/formats/kms-import-token.md.
 */
export class ImportTokens {
  readonly #wrap: KeyWrap;

  /** @param wrap `store.keyWrap('kms.import-token')` */
  constructor(wrap: KeyWrap) {
    this.#wrap = wrap;
  }

  /** @param keyArn the key that it is for @param validTo milliseconds since the epoch */
  issue(keyArn: string, algorithm: AlgorithmSpec, wrappingKey: KeyObject, validTo: number): Buffer {
    const pkcs8 = wrappingKey.export({ format: 'der', type: 'pkcs8' });
    const token = Buffer.alloc(headerBytes + pkcs8.length);
    token.writeUInt8(version, 0);
    token.writeUInt8(numbered.indexOf(algorithm), 1);
    token.writeUInt16BE(wrappingKey.asymmetricKeyDetails!.modulusLength! / 8, 2);
    token.writeUIntBE(validTo, 5, 6);
    pkcs8.copy(token, headerBytes);
    const sealed = Buffer.from(this.#wrap.wrap(token, keyArn), 'base64url');
    pkcs8.fill(0);
    token.fill(0);
    return sealed;
  }

  /** @throws {Fault} InvalidImportTokenException, ExpiredImportTokenException */
  open(keyArn: string, sealed: Uint8Array, now: Date): ImportParameters {
    const token = this.#unwrap(keyArn, sealed);
    try {
      if (token.readUIntBE(5, 6) <= now.getTime()) {
        throw fault('ExpiredImportTokenException', 'The import token is expired.');
      }
      return {
        algorithm: numbered[token.readUInt8(1)]!,
        wrappingKey: new KeyPairMaterial(token.subarray(headerBytes)),
        modulusBytes: token.readUInt16BE(2),
      };
    } finally {
      token.fill(0);
    }
  }

  #unwrap(keyArn: string, sealed: Uint8Array): Buffer {
    const token = this.#wrap.findUnwrapped(Buffer.from(sealed).toString('base64url'), keyArn);
    if (token) return token;
    throw fault('InvalidImportTokenException', 'The import token is invalid or is not for this KMS key.');
  }
}
