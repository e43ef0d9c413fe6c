import type { EncryptionAlgorithmSpec, KeyMetadata, KeySpec, KeyUsageType } from '@aws-sdk/client-kms';
import { keySpecs } from './key-specs.ts';

/** The list of KeyMetadata and GetPublicKey that shows the algorithms of each usage. */
const listOf = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
  KEY_AGREEMENT: 'KeyAgreementAlgorithms',
} as const satisfies Partial<Record<KeyUsageType, keyof KeyMetadata>>;

/** Algorithms of a key, in the one list that its usage has. */
export type AlgorithmLists = Pick<KeyMetadata, (typeof listOf)[keyof typeof listOf]>;

/** What a key is and can do, as KeyMetadata and GetPublicKey both tell it. */
export const describeSpec = (keySpec: KeySpec, keyUsage: KeyUsageType) => ({
  KeySpec: keySpec,
  KeyUsage: keyUsage,
  // Specs that came after CustomerMasterKeySpec was renamed have no value there.
  ...(keySpecs[keySpec]!.legacy && {
    CustomerMasterKeySpec: keySpec as NonNullable<KeyMetadata['CustomerMasterKeySpec']>,
  }),
  ...algorithmLists(keySpec, keyUsage),
});

const algorithmLists = (keySpec: KeySpec, keyUsage: KeyUsageType): AlgorithmLists => ({
  [listOf[keyUsage as keyof typeof listOf]]: [...algorithmsOf(keySpec, keyUsage)] as EncryptionAlgorithmSpec[],
});

/** Algorithms that a key of this spec and usage works with. */
export const algorithmsOf = (keySpec: KeySpec, keyUsage: KeyUsageType): readonly string[] =>
  keySpecs[keySpec]!.usages[keyUsage]!;
