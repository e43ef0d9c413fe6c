import type {
  ReplicateSecretToRegionsCommandInput,
  ReplicateSecretToRegionsCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { addReplicas, replicate, replicationStatus } from '../replication.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type ReplicateSecretToRegions = Operation<
  'ReplicateSecretToRegions',
  Input<ReplicateSecretToRegionsCommandInput>,
  Output<ReplicateSecretToRegionsCommandOutput>,
  SecretResource
>;

/**
 * Replicates a secret to other Regions, each value sealed anew under the key of its Region.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
export const replicateSecretToRegions = (sm: SecretsManager): ReplicateSecretToRegions => ({
  name: 'ReplicateSecretToRegions',
  access: ({ SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret }, call) =>
    sm.secrets.access(SecretId, call, {
      'secretsmanager:AddReplicaRegions': AddReplicaRegions.map(({ Region = '' }) => Region),
      'secretsmanager:ForceOverwriteReplicaSecret': String(ForceOverwriteReplicaSecret ?? false),
    }),
  handle: async ({ AddReplicaRegions, ForceOverwriteReplicaSecret = false }, { record, arn }, call) => {
    requireChangeable(record);
    const added = addReplicas(sm, record, AddReplicaRegions, ForceOverwriteReplicaSecret, call);
    const after = await replicate(sm.secrets, added, call);
    return { ARN: arn, ReplicationStatus: replicationStatus(sm.secrets, after, call) };
  },
});
