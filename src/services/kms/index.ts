import type { Job } from '../../events/scheduler.ts';
import type { HsmDevice } from '../../hsm/device.ts';
import { type HsmClusters, noClusters } from '../../kernel/hsm-clusters.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import { defaultQuotas, type QuotaValues } from '../../kernel/quota.ts';
import type { Store, Transaction } from '../../store/store.ts';
import { XksClient } from '../../xks/xks-client.ts';
import { Aliases } from './aliases.ts';
import { connectionJobs } from './custom-key-store-connection.ts';
import { CustomKeyStores } from './custom-key-stores.ts';
import { deletionJobs } from './deletion.ts';
import { tellingMaterial } from './event-data.ts';
import { GrantTokens } from './grant-tokens.ts';
import { Grants } from './grants.ts';
import { ImportTokens } from './import-tokens.ts';
import { importJobs } from './imported-material.ts';
import { KeyUses } from './key-uses.ts';
import { Keys } from './keys.ts';
import type { Kms } from './kms.ts';
import { nitroRoot } from './nitro-root.ts';
import { cancelKeyDeletion } from './operations/cancel-key-deletion.ts';
import { connectCustomKeyStore } from './operations/connect-custom-key-store.ts';
import { createAlias } from './operations/create-alias.ts';
import { createCustomKeyStore } from './operations/create-custom-key-store.ts';
import { createGrant } from './operations/create-grant.ts';
import { createKey } from './operations/create-key.ts';
import { decrypt } from './operations/decrypt.ts';
import { deleteAlias } from './operations/delete-alias.ts';
import { deleteCustomKeyStore } from './operations/delete-custom-key-store.ts';
import { deleteImportedKeyMaterial } from './operations/delete-imported-key-material.ts';
import { deriveSharedSecret } from './operations/derive-shared-secret.ts';
import { describeCustomKeyStores } from './operations/describe-custom-key-stores.ts';
import { describeKey } from './operations/describe-key.ts';
import { disableKey } from './operations/disable-key.ts';
import { disableKeyRotation } from './operations/disable-key-rotation.ts';
import { disconnectCustomKeyStore } from './operations/disconnect-custom-key-store.ts';
import { enableKey } from './operations/enable-key.ts';
import { enableKeyRotation } from './operations/enable-key-rotation.ts';
import { encrypt } from './operations/encrypt.ts';
import { generateDataKey } from './operations/generate-data-key.ts';
import { generateDataKeyPair } from './operations/generate-data-key-pair.ts';
import { generateDataKeyPairWithoutPlaintext } from './operations/generate-data-key-pair-without-plaintext.ts';
import { generateDataKeyWithoutPlaintext } from './operations/generate-data-key-without-plaintext.ts';
import { generateMac } from './operations/generate-mac.ts';
import { generateRandom } from './operations/generate-random.ts';
import { getKeyLastUsage } from './operations/get-key-last-usage.ts';
import { getKeyPolicy } from './operations/get-key-policy.ts';
import { getKeyRotationStatus } from './operations/get-key-rotation-status.ts';
import { getParametersForImport } from './operations/get-parameters-for-import.ts';
import { getPublicKey } from './operations/get-public-key.ts';
import { importKeyMaterial } from './operations/import-key-material.ts';
import { listAliases } from './operations/list-aliases.ts';
import { listGrants } from './operations/list-grants.ts';
import { listKeyPolicies } from './operations/list-key-policies.ts';
import { listKeyRotations } from './operations/list-key-rotations.ts';
import { listKeys } from './operations/list-keys.ts';
import { listResourceTags } from './operations/list-resource-tags.ts';
import { listRetirableGrants } from './operations/list-retirable-grants.ts';
import { putKeyPolicy } from './operations/put-key-policy.ts';
import { reEncrypt } from './operations/re-encrypt.ts';
import { replicateKey } from './operations/replicate-key.ts';
import { retireGrant } from './operations/retire-grant.ts';
import { revokeGrant } from './operations/revoke-grant.ts';
import { rotateKeyOnDemand } from './operations/rotate-key-on-demand.ts';
import { scheduleKeyDeletion } from './operations/schedule-key-deletion.ts';
import { sign } from './operations/sign.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateAlias } from './operations/update-alias.ts';
import { updateCustomKeyStore } from './operations/update-custom-key-store.ts';
import { updateKeyDescription } from './operations/update-key-description.ts';
import { updatePrimaryRegion } from './operations/update-primary-region.ts';
import { verify } from './operations/verify.ts';
import { verifyMac } from './operations/verify-mac.ts';
import { Recipients } from './recipient.ts';
import { replicationJobs } from './replication.ts';
import { rates, requestQuotas, throttled } from './request-quotas.ts';
import { resourceQuotas } from './resource-quotas.ts';
import { rotationJobs } from './rotation.ts';
import { type KeySeed, seedKey } from './seed.ts';

export type { KeySeed } from './seed.ts';

/** KMS: the service, what it does by itself, and how fixtures make keys. */
export interface KmsService extends Service {
  readonly jobs: Readonly<Record<string, Job>>;
  /** Makes durable when keys were last used; called every minute or so and before the server stops. */
  flushUses(): Promise<void>;
  /** @throws {Fault} as the API operations that would do the same */
  seedKey(tx: Transaction, seed: KeySeed, now: Date): void;
}

/** What KMS stands on. */
export interface KmsParts {
  readonly store: Store;
  readonly principals: Principals;
  /** Quotas in force; absent: AWS's defaults. */
  readonly applied?: QuotaValues;
  /** Trust anchors of attestation documents, PEM; absent: that of AWS Nitro Enclaves. */
  readonly attestationRoots?: readonly string[];
  /** Clusters of HSMs that key stores can be on, and the device that they are on; absent: none. */
  readonly clusters?: HsmClusters;
  readonly device?: HsmDevice | undefined;
  /** How proxies of external key stores are reached. */
  readonly proxies?: XksClient;
  /** Whether requests can reach a Region; absent: all that can be named. */
  readonly hasRegion?: (region: string) => boolean;
}

/** Sets up Key Management Service: keys that never leave the server, and what is done with them. */
export const kms = ({
  store,
  principals,
  applied = defaultQuotas,
  attestationRoots = [nitroRoot],
  clusters = noClusters,
  device,
  proxies = new XksClient({ proxies: new Map(), timeoutMs: 250 }),
  hasRegion = () => true,
}: KmsParts): KmsService => {
  const aliases = new Aliases(applied);
  const keyWrap = store.keyWrap('kms.key-material');
  const grants = new Grants(applied);
  const grantTokens = new GrantTokens(store.keyWrap('kms.grant-token'), grants);
  const secrets = store.keyWrap('kms.custom-key-stores');
  const stores = new CustomKeyStores({ secrets, keyWrap, client: proxies, quotas: applied, clusters, device });
  const keys = new Keys({ keyWrap, aliases, grants, quotas: applied, stores });
  const uses = new KeyUses(store);
  const recipients = new Recipients(attestationRoots);
  const importTokens = new ImportTokens(store.keyWrap('kms.import-token'));
  const nouns: Kms = {
    keys,
    aliases,
    stores,
    grants,
    grantTokens,
    uses,
    principals,
    keyWrap,
    importTokens,
    recipients,
    hasRegion,
  };
  return {
    name: 'kms',
    sharesEvents: true,
    operations: tellingMaterial(uses.noting(grantTokens.required(operationsOf(nouns)))),
    requestQuotas,
    throttled,
    quotas: [...resourceQuotas, ...rates],
    jobs: {
      ...deletionJobs(nouns.keys),
      ...rotationJobs(nouns),
      ...importJobs(nouns),
      ...replicationJobs(nouns.keys),
      ...connectionJobs(stores),
    },
    flushUses: () => uses.flush(),
    seedKey: (tx, seed, now) => seedKey(nouns, tx, seed, now),
  };
};

const operationsOf = (kms: Kms): Service['operations'] => [
  cancelKeyDeletion(kms),
  connectCustomKeyStore(kms),
  createAlias(kms),
  createCustomKeyStore(kms),
  createGrant(kms),
  createKey(kms),
  decrypt(kms),
  deleteAlias(kms),
  deleteImportedKeyMaterial(kms),
  deleteCustomKeyStore(kms),
  deriveSharedSecret(kms),
  describeCustomKeyStores(kms),
  describeKey(kms),
  disableKey(kms),
  disableKeyRotation(kms),
  disconnectCustomKeyStore(kms),
  enableKey(kms),
  enableKeyRotation(kms),
  encrypt(kms),
  generateDataKey(kms),
  generateDataKeyPair(kms),
  generateDataKeyPairWithoutPlaintext(kms),
  generateDataKeyWithoutPlaintext(kms),
  generateMac(kms),
  generateRandom(kms),
  getKeyLastUsage(kms),
  getKeyPolicy(kms),
  getKeyRotationStatus(kms),
  getParametersForImport(kms),
  getPublicKey(kms),
  importKeyMaterial(kms),
  listAliases(kms),
  listGrants(kms),
  listKeyPolicies(kms),
  listKeyRotations(kms),
  listKeys(kms),
  listResourceTags(kms),
  listRetirableGrants(kms),
  putKeyPolicy(kms),
  reEncrypt(kms),
  replicateKey(kms),
  retireGrant(kms),
  revokeGrant(kms),
  rotateKeyOnDemand(kms),
  scheduleKeyDeletion(kms),
  sign(kms),
  tagResource(kms),
  untagResource(kms),
  updateAlias(kms),
  updateCustomKeyStore(kms),
  updateKeyDescription(kms),
  updatePrimaryRegion(kms),
  verify(kms),
  verifyMac(kms),
];
