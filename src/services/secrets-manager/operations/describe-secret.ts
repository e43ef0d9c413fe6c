import type { DescribeSecretCommandInput, DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { described, stagesByVersion } from '../descriptions.ts';
import { replicationStatus } from '../replication.ts';
import type { SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type DescribeSecret = Operation<
  'DescribeSecret',
  Input<DescribeSecretCommandInput>,
  Output<DescribeSecretCommandOutput>,
  SecretResource
>;

/**
 * Tells everything about a secret but its values.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export const describeSecret = ({ secrets }: SecretsManager): DescribeSecret => ({
  name: 'DescribeSecret',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record }, call) => {
    const stages = stagesByVersion(record);
    return {
      ...described(record),
      ...(stages && { VersionIdsToStages: stages }),
      ...(record.replicas && { ReplicationStatus: replicationStatus(secrets, record, call) }),
    };
  },
});
