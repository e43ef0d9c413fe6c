import { hash } from 'node:crypto';
import type { GenerateRandomCommandInput } from '@aws-sdk/client-kms';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { RequestQuota, Resource } from '../../kernel/operation.ts';
import type { Quota } from '../../kernel/quota.ts';
import type { KmsKey } from './kms-key.ts';

/**
 * Quotas on requests, each counted apart for every account and Region.
 *
 * Codes are AWS's where AWS publishes them. For the others one is made from the name, in the same form.
 *
 * @see KMS developer guide: "Request quotas"
 */
const rate = (name: string, value: Quota['value'], code = codeOf(name)): Quota => ({
  service: 'kms',
  code,
  name: `${name} request rate`,
  description: `Maximum ${name} requests per second in an account and Region.`,
  value,
  perSecond: true,
  adjustable: true,
});

const codeOf = (name: string): string => `L-${hash('sha256', `kms ${name}`).slice(0, 8).toUpperCase()}`;

const cryptographic = {
  symmetric: rate(
    'Cryptographic operations (symmetric)',
    {
      'us-east-1': 100_000,
      'us-west-2': 100_000,
      'eu-west-1': 100_000,
      'us-east-2': 20_000,
      'ap-southeast-1': 20_000,
      'ap-southeast-2': 20_000,
      'ap-northeast-1': 20_000,
      'eu-central-1': 20_000,
      'eu-west-2': 20_000,
      other: 10_000,
    },
    'L-6E3AF000',
  ),
  rsa: rate('Cryptographic operations (RSA)', 1000, 'L-2AC98190'),
  ecc: rate('Cryptographic operations (ECC and SM2)', 1000, 'L-DC14942D'),
  mlDsa: rate('Cryptographic operations (ML-DSA)', 1000),
};

const pairs: Readonly<Record<string, Quota>> = {
  ECC_NIST_P256: rate('GenerateDataKeyPair (ECC_NIST_P256)', 100, 'L-D2EEB5E0'),
  ECC_NIST_P384: rate('GenerateDataKeyPair (ECC_NIST_P384)', 100, 'L-16B46EF0'),
  ECC_NIST_P521: rate('GenerateDataKeyPair (ECC_NIST_P521)', 100, 'L-1D966DA0'),
  ECC_SECG_P256K1: rate('GenerateDataKeyPair (ECC_SECG_P256K1)', 100),
  ECC_NIST_EDWARDS25519: rate('GenerateDataKeyPair (ECC_NIST_EDWARDS25519)', 100),
  RSA_2048: rate('GenerateDataKeyPair (RSA_2048)', { 'cn-north-1': 1, 'cn-northwest-1': 1, other: 20 }),
  RSA_3072: rate('GenerateDataKeyPair (RSA_3072)', { 'cn-north-1': 0.5, 'cn-northwest-1': 0.5, other: 4 }),
  RSA_4096: rate('GenerateDataKeyPair (RSA_4096)', { 'cn-north-1': 0.1, 'cn-northwest-1': 0.1, other: 1 }),
  SM2: rate('GenerateDataKeyPair (SM2 - China Regions only)', 25),
};

/** Operations that have a quota of their own: requests a second, and the quota's code where AWS publishes it. */
const managing: Readonly<Record<string, readonly [rate: number, code?: string]>> = {
  CancelKeyDeletion: [5, 'L-635264CC'],
  ConnectCustomKeyStore: [5, 'L-705B9E79'],
  CreateAlias: [5, 'L-F7504F73'],
  CreateCustomKeyStore: [5, 'L-08932E37'],
  CreateGrant: [50, 'L-0428A42E'],
  CreateKey: [5, 'L-32B67F4A'],
  DeleteAlias: [15, 'L-1F75ADD1'],
  DeleteCustomKeyStore: [5, 'L-E99520CB'],
  DeleteImportedKeyMaterial: [15, 'L-1233BF9B'],
  DescribeCustomKeyStores: [5, 'L-E20AA94C'],
  DescribeKey: [2000, 'L-FAE8F084'],
  DisableKey: [5, 'L-6B8C93BD'],
  DisableKeyRotation: [5, 'L-CE1DB614'],
  DisconnectCustomKeyStore: [5, 'L-9F1FCF6D'],
  EnableKey: [5, 'L-BD96F100'],
  EnableKeyRotation: [15, 'L-BE799B67'],
  GetKeyLastUsage: [5],
  GetKeyPolicy: [1000],
  GetKeyRotationStatus: [1000],
  GetParametersForImport: [1],
  GetPublicKey: [2000],
  ImportKeyMaterial: [15],
  ListAliases: [500],
  ListGrants: [100],
  ListKeyPolicies: [100],
  ListKeyRotations: [100],
  ListKeys: [500],
  ListResourceTags: [2000],
  ListRetirableGrants: [100],
  PutKeyPolicy: [15],
  ReplicateKey: [5],
  RetireGrant: [50],
  RevokeGrant: [50],
  RotateKeyOnDemand: [5],
  ScheduleKeyDeletion: [15],
  TagResource: [10],
  UntagResource: [5],
  UpdateAlias: [5],
  UpdateCustomKeyStore: [5],
  UpdateKeyDescription: [5],
  UpdatePrimaryRegion: [5],
};

/**
 * Of each custom key store, whoever uses its keys. Service Quotas does not list it.
 *
 * @see KMS developer guide: "Custom key store request quotas"
 */
export const customKeyStoreRate: Quota = {
  ...rate('Custom key store', 1800),
  description: 'Maximum cryptographic operations per second with keys of a custom key store.',
  adjustable: false,
};

const byOperation = Object.fromEntries(
  Object.entries(managing).map(([name, [perSecond, code]]) => [name, rate(name, perSecond, code)]),
);

/** By the key that is used: symmetric keys, among them those for MACs, share one quota; each asymmetric kind has its own. */
const byKeySpec = (_input: object, resources: readonly Resource[]): readonly Quota[] => {
  const keys = resources as readonly KmsKey[];
  // Nearly every request.
  if (keys.length === 1 && !isOutside(keys[0]!)) return alone.get(classOf(keys[0]!.record.keySpec))!;
  return [...new Set(keys.map(({ record }) => classOf(record.keySpec))), ...ofStores(resources)];
};

const alone: ReadonlyMap<Quota, readonly Quota[]> = new Map(
  Object.values(cryptographic).map((quota) => [quota, [quota]]),
);

/** For operations that only symmetric keys have. */
const symmetric = (_input: object, resources: readonly Resource[]): readonly Quota[] => [
  cryptographic.symmetric,
  ...ofStores(resources),
];

/** The quotas of the key stores that keys are in. */
const ofStores = (keys: readonly Resource[]): readonly Quota[] => {
  if (!(keys as readonly KmsKey[]).some(isOutside)) return none;
  const outside = (keys as readonly KmsKey[]).filter(isOutside);
  const owners = new Map(outside.map(({ record }) => [record.outside!.storeId, record.account]));
  return [...owners].map(([of, account]) => ofStore(of, account));
};

const isOutside = ({ record }: KmsKey): boolean => record.outside !== undefined;

const none: readonly Quota[] = [];

const ofStore = (of: string, account: string): Quota => ({ ...customKeyStoreRate, at: { of, account } });

const randomBytes = ({ CustomKeyStoreId: of }: GenerateRandomCommandInput, _none: object, { account }: Call) =>
  of === undefined ? [cryptographic.symmetric] : [cryptographic.symmetric, ofStore(of, account)];

/** One request here, and two for a key there: the first of them finds out whether the second would succeed. */
const replication = ({ ReplicaRegion: region }: { readonly ReplicaRegion: string }): readonly Quota[] => {
  const creation = { ...byOperation.CreateKey!, at: { region } };
  return [byOperation.ReplicateKey!, creation, creation];
};

/** One request in each of the two Regions. */
const newPrimary = ({ PrimaryRegion: region }: { readonly PrimaryRegion: string }): readonly Quota[] => [
  byOperation.UpdatePrimaryRegion!,
  { ...byOperation.UpdatePrimaryRegion!, at: { region } },
];

const classOf = (keySpec: string): Quota => {
  if (keySpec.startsWith('RSA_')) return cryptographic.rsa;
  if (keySpec.startsWith('ECC_') || keySpec === 'SM2') return cryptographic.ecc;
  return keySpec.startsWith('ML_DSA_') ? cryptographic.mlDsa : cryptographic.symmetric;
};

const byPairSpec = ({ KeyPairSpec }: { KeyPairSpec: string }): readonly Quota[] => {
  const quota = pairs[KeyPairSpec];
  return quota ? [quota] : [];
};

/** What each operation counts against. */
export const requestQuotas: Readonly<Record<string, RequestQuota>> = {
  ...byOperation,
  Decrypt: byKeySpec,
  DeriveSharedSecret: byKeySpec,
  Encrypt: byKeySpec,
  GenerateDataKey: symmetric,
  GenerateDataKeyPair: byPairSpec,
  GenerateDataKeyPairWithoutPlaintext: byPairSpec,
  GenerateDataKeyWithoutPlaintext: symmetric,
  GenerateMac: cryptographic.symmetric,
  GenerateRandom: randomBytes,
  ReEncrypt: byKeySpec,
  ReplicateKey: replication,
  Sign: byKeySpec,
  UpdatePrimaryRegion: newPrimary,
  Verify: byKeySpec,
  VerifyMac: cryptographic.symmetric,
};

/** All request quotas, as Service Quotas lists them. */
export const rates: readonly Quota[] = [
  ...Object.values(cryptographic),
  ...Object.values(pairs),
  ...Object.values(byOperation),
];

/** @see KMS developer guide: "Throttling AWS KMS requests" */
export const throttled = (): Fault =>
  fault(
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  );
