import type {
  DeleteResourcePolicyCommandInput,
  DeleteResourcePolicyCommandOutput,
} from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type DeleteResourcePolicy = Operation<
  'DeleteResourcePolicy',
  Input<DeleteResourcePolicyCommandInput>,
  Output<DeleteResourcePolicyCommandOutput>,
  SecretResource
>;

/**
 * Takes the resource policy off a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html
 */
export const deleteResourcePolicy = ({ secrets }: SecretsManager): DeleteResourcePolicy => ({
  name: 'DeleteResourcePolicy',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record, arn }, { tx, now }) => {
    requireChangeable(record);
    const { policy: _policy, ...rest } = record;
    secrets.put(tx, { ...rest, changedAt: now.getTime() });
    return { ARN: arn, Name: record.name };
  },
});
