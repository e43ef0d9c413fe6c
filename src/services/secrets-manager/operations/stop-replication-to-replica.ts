import type {
  StopReplicationToReplicaCommandInput,
  StopReplicationToReplicaCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { promote } from '../replication.ts';
import { requireNotDeleted, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type StopReplicationToReplica = Operation<
  'StopReplicationToReplica',
  Input<StopReplicationToReplicaCommandInput>,
  Output<StopReplicationToReplicaCommandOutput>,
  SecretResource
>;

/**
 * Makes a replica a secret of its own; asked in its Region.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
 */
export const stopReplicationToReplica = ({ secrets }: SecretsManager): StopReplicationToReplica => ({
  name: 'StopReplicationToReplica',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record, arn }, call) => {
    requireNotDeleted(record);
    promote(secrets, record, call);
    return { ARN: arn };
  },
});
