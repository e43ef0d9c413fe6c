import type { KeySpec, KeyUsageType } from '@aws-sdk/client-kms';
import type { KeyPairKind } from '../../crypto/key-pair.ts';

/** What a key of one spec is: everything below this table asks the row, nothing compares names. */
export interface KeySpecRow {
  /** Usages a key of this spec may be created for, each with the algorithms that KeyMetadata then lists. */
  readonly usages: Readonly<Partial<Record<KeyUsageType, readonly string[]>>>;
  readonly material: MaterialForm;
  /** Usage where CreateKey names none; absent: it must. */
  readonly defaultUsage?: KeyUsageType;
  /** True where `CustomerMasterKeySpec`, the older name of `KeySpec`, has this value too. */
  readonly legacy: boolean;
}

/** What key material consists of. */
export type MaterialForm =
  | { readonly kind: 'symmetric'; readonly bytes: number }
  | { readonly kind: 'hmac'; readonly bytes: number }
  | { readonly kind: 'pair'; readonly pair: KeyPairKind };

const rsaEncryption = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'];
const rsaSigning = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
];

const rsa = (modulusBits: 2048 | 3072 | 4096): KeySpecRow => ({
  usages: { ENCRYPT_DECRYPT: rsaEncryption, SIGN_VERIFY: rsaSigning },
  material: { kind: 'pair', pair: { type: 'rsa', modulusBits } },
  legacy: true,
});

const nistCurve = (curve: 'P-256' | 'P-384' | 'P-521', signing: string): KeySpecRow => ({
  usages: { SIGN_VERIFY: [signing], KEY_AGREEMENT: ['ECDH'] },
  material: { kind: 'pair', pair: { type: 'ec', curve } },
  legacy: true,
});

const mlDsa = (type: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'): KeySpecRow => ({
  usages: { SIGN_VERIFY: ['ML_DSA_SHAKE_256'] },
  material: { kind: 'pair', pair: { type } },
  legacy: false,
});

const hmac = (bits: number): KeySpecRow => ({
  usages: { GENERATE_VERIFY_MAC: [`HMAC_SHA_${bits}`] },
  material: { kind: 'hmac', bytes: bits / 8 },
  legacy: true,
});

/**
 * Key specs this server can create, one row each. SM2 is not among them: it is of the China Regions.
 *
 * @see KMS developer guide: "Key spec reference"
 */
export const keySpecs: Readonly<Partial<Record<KeySpec, KeySpecRow>>> = {
  SYMMETRIC_DEFAULT: {
    usages: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
    material: { kind: 'symmetric', bytes: 32 },
    defaultUsage: 'ENCRYPT_DECRYPT',
    legacy: true,
  },
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  ECC_NIST_P256: nistCurve('P-256', 'ECDSA_SHA_256'),
  ECC_NIST_P384: nistCurve('P-384', 'ECDSA_SHA_384'),
  ECC_NIST_P521: nistCurve('P-521', 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: {
    usages: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
    material: { kind: 'pair', pair: { type: 'ec', curve: 'secp256k1' } },
    legacy: true,
  },
  ECC_NIST_EDWARDS25519: {
    usages: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    material: { kind: 'pair', pair: { type: 'ed25519' } },
    legacy: false,
  },
  ML_DSA_44: mlDsa('ml-dsa-44'),
  ML_DSA_65: mlDsa('ml-dsa-65'),
  ML_DSA_87: mlDsa('ml-dsa-87'),
  HMAC_224: hmac(224),
  HMAC_256: hmac(256),
  HMAC_384: hmac(384),
  HMAC_512: hmac(512),
};

/** Usage that each cryptographic operation needs. */
export const usageOf: Readonly<Record<string, KeyUsageType>> = {
  Encrypt: 'ENCRYPT_DECRYPT',
  Decrypt: 'ENCRYPT_DECRYPT',
  DeriveSharedSecret: 'KEY_AGREEMENT',
  GenerateDataKey: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPair: 'ENCRYPT_DECRYPT',
  GenerateDataKeyPairWithoutPlaintext: 'ENCRYPT_DECRYPT',
  GenerateDataKeyWithoutPlaintext: 'ENCRYPT_DECRYPT',
  GenerateMac: 'GENERATE_VERIFY_MAC',
  ReEncrypt: 'ENCRYPT_DECRYPT',
  Sign: 'SIGN_VERIFY',
  Verify: 'SIGN_VERIFY',
  VerifyMac: 'GENERATE_VERIFY_MAC',
};
