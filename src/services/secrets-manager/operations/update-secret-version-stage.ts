import type {
  UpdateSecretVersionStageCommandInput,
  UpdateSecretVersionStageCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireNotManaged } from '../managed-secrets.ts';
import { replicate } from '../replication.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';
import { moveLabel } from '../staging.ts';

type UpdateSecretVersionStage = Operation<
  'UpdateSecretVersionStage',
  Input<UpdateSecretVersionStageCommandInput>,
  Output<UpdateSecretVersionStageCommandOutput>,
  SecretResource
>;

/**
 * Moves a staging label from one version of a secret to another, or takes it away.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export const updateSecretVersionStage = ({ secrets }: SecretsManager): UpdateSecretVersionStage => ({
  name: 'UpdateSecretVersionStage',
  access: ({ SecretId, VersionStage }, call) =>
    secrets.access(SecretId, call, { 'secretsmanager:VersionStage': VersionStage }),
  handle: async (input, { record, arn }, call) => {
    requireChangeable(record);
    requireNotManaged(record, call);
    await replicate(secrets, { ...record, stages: moveLabel(record, input), changedAt: call.now.getTime() }, call);
    return { ARN: arn, Name: record.name };
  },
});
