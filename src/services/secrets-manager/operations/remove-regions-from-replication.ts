import type {
  RemoveRegionsFromReplicationCommandInput,
  RemoveRegionsFromReplicationCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { removeReplicas, replicationStatus } from '../replication.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type RemoveRegionsFromReplication = Operation<
  'RemoveRegionsFromReplication',
  Input<RemoveRegionsFromReplicationCommandInput>,
  Output<RemoveRegionsFromReplicationCommandOutput>,
  SecretResource
>;

/**
 * Deletes replicas of a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html
 */
export const removeRegionsFromReplication = ({ secrets }: SecretsManager): RemoveRegionsFromReplication => ({
  name: 'RemoveRegionsFromReplication',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: ({ RemoveReplicaRegions }, { record, arn }, call) => {
    requireChangeable(record);
    const after = removeReplicas(secrets, record, RemoveReplicaRegions, call);
    secrets.put(call.tx, after);
    return { ARN: arn, ReplicationStatus: replicationStatus(secrets, after, call) };
  },
});
