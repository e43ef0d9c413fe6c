import type { Job } from '../../events/scheduler.ts';
import type { Functions } from '../../kernel/functions.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import type { SecretOwners } from '../../kernel/secret-owners.ts';
import { deletionJobs } from './deletion.ts';
import { batchGetSecretValue } from './operations/batch-get-secret-value.ts';
import { cancelRotateSecret } from './operations/cancel-rotate-secret.ts';
import { createSecret } from './operations/create-secret.ts';
import { deleteResourcePolicy } from './operations/delete-resource-policy.ts';
import { deleteSecret } from './operations/delete-secret.ts';
import { describeSecret } from './operations/describe-secret.ts';
import { getRandomPassword } from './operations/get-random-password.ts';
import { getResourcePolicy } from './operations/get-resource-policy.ts';
import { getSecretValue } from './operations/get-secret-value.ts';
import { listSecretVersionIds } from './operations/list-secret-version-ids.ts';
import { listSecrets } from './operations/list-secrets.ts';
import { putResourcePolicy } from './operations/put-resource-policy.ts';
import { putSecretValue } from './operations/put-secret-value.ts';
import { removeRegionsFromReplication } from './operations/remove-regions-from-replication.ts';
import { replicateSecretToRegions } from './operations/replicate-secret-to-regions.ts';
import { restoreSecret } from './operations/restore-secret.ts';
import { rotateSecret } from './operations/rotate-secret.ts';
import { stopReplicationToReplica } from './operations/stop-replication-to-replica.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateSecret } from './operations/update-secret.ts';
import { updateSecretVersionStage } from './operations/update-secret-version-stage.ts';
import { validateResourcePolicy } from './operations/validate-resource-policy.ts';
import { allQuotas, requestQuotas } from './quotas.ts';
import { rotationJobs } from './rotation.ts';
import { Rotator, type RotatorParts } from './rotator.ts';
import { Secrets } from './secrets.ts';
import type { SecretsManager } from './secrets-manager.ts';

/** Secrets Manager: the service, and what it does by itself. */
export interface SecretsManagerService extends Service {
  readonly jobs: Readonly<Record<string, Job>>;
  /** What runs the steps of rotations; the operations wake the one that was made last. */
  rotator(parts: Omit<RotatorParts, 'secrets' | 'functions' | 'owners'>): Rotator;
}

/** What Secrets Manager stands on. */
export interface SecretsManagerParts {
  readonly principals: Principals;
  /** Quotas in force. */
  readonly applied: QuotaValues;
  /** The functions that rotate secrets. */
  readonly functions: Functions;
  /** Services that rotate secrets of their own. */
  readonly owners: SecretOwners;
  /** Whether requests can reach a Region. */
  readonly hasRegion: (region: string) => boolean;
}

/** Sets up Secrets Manager: secrets in versions under KMS, replicated to Regions, rotated by functions. */
export const secretsManager = ({
  principals,
  applied,
  functions,
  owners,
  hasRegion,
}: SecretsManagerParts): SecretsManagerService => {
  const secrets = new Secrets(applied);
  let rotator: Rotator | undefined;
  return {
    name: 'secretsmanager',
    sharesEvents: true,
    operations: operationsOf({
      secrets,
      principals,
      functions,
      owners,
      hasRegion,
      wake: () => rotator?.wake(),
      reattempt: (secret) => rotator?.reattempt(secret),
    }),
    jobs: { ...deletionJobs(secrets), ...rotationJobs(secrets) },
    rotator: (parts) => {
      rotator = new Rotator({ ...parts, secrets, functions, owners });
      return rotator;
    },
    requestQuotas,
    quotas: allQuotas,
  };
};

const operationsOf = (sm: SecretsManager): Service['operations'] => [
  batchGetSecretValue(sm),
  cancelRotateSecret(sm),
  createSecret(sm),
  deleteResourcePolicy(sm),
  deleteSecret(sm),
  describeSecret(sm),
  getRandomPassword,
  getResourcePolicy(sm),
  getSecretValue(sm),
  listSecretVersionIds(sm),
  listSecrets(sm),
  putResourcePolicy(sm),
  putSecretValue(sm),
  removeRegionsFromReplication(sm),
  replicateSecretToRegions(sm),
  restoreSecret(sm),
  rotateSecret(sm),
  stopReplicationToReplica(sm),
  tagResource(sm),
  untagResource(sm),
  updateSecret(sm),
  updateSecretVersionStage(sm),
  validateResourcePolicy(sm),
];
