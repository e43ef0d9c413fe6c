import type { RestoreSecretCommandInput, RestoreSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { restore } from '../deletion.ts';
import type { SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type RestoreSecret = Operation<
  'RestoreSecret',
  Input<RestoreSecretCommandInput>,
  Output<RestoreSecretCommandOutput>,
  SecretResource
>;

/**
 * Takes the deletion of a secret back.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
 */
export const restoreSecret = ({ secrets }: SecretsManager): RestoreSecret => ({
  name: 'RestoreSecret',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record, arn }, { tx, now }) => {
    restore(tx, secrets, record, now);
    return { ARN: arn, Name: record.name };
  },
});
