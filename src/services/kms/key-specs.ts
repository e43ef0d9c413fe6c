import type { EncryptionAlgorithmSpec, KeySpec, KeyUsageType } from '@aws-sdk/client-kms';

/** What a key of one spec is: everything below this table asks the row, nothing compares names. */
export interface KeySpecRow {
  /** Usages a key of this spec may be created for; the first is the default where `usageRequired` is not set. */
  readonly usages: readonly KeyUsageType[];
  /** True where CreateKey must name the usage. */
  readonly usageRequired: boolean;
  /** Algorithms listed in KeyMetadata, by usage. */
  readonly encryptionAlgorithms: readonly EncryptionAlgorithmSpec[];
  /** Length of the key material in bytes. */
  readonly materialBytes: number;
}

/**
 * Key specs this server can create, one row each.
 *
 * @see KMS developer guide: "Key spec reference"
 */
export const keySpecs: Readonly<Partial<Record<KeySpec, KeySpecRow>>> = {
  SYMMETRIC_DEFAULT: {
    usages: ['ENCRYPT_DECRYPT'],
    usageRequired: false,
    encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    materialBytes: 32,
  },
};

/** Usage that each cryptographic operation needs. */
export const usageOf: Readonly<Record<string, KeyUsageType>> = {
  Encrypt: 'ENCRYPT_DECRYPT',
  Decrypt: 'ENCRYPT_DECRYPT',
  ReEncrypt: 'ENCRYPT_DECRYPT',
  GenerateDataKey: 'ENCRYPT_DECRYPT',
  GenerateDataKeyWithoutPlaintext: 'ENCRYPT_DECRYPT',
};
