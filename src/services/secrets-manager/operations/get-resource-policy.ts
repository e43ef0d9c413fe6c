import type { GetResourcePolicyCommandInput, GetResourcePolicyCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { displayStored } from '../../../kernel/stored-policy.ts';
import { requireNotDeleted, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type GetResourcePolicy = Operation<
  'GetResourcePolicy',
  Input<GetResourcePolicyCommandInput>,
  Output<GetResourcePolicyCommandOutput>,
  SecretResource
>;

/**
 * Shows the resource policy of a secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html
 */
export const getResourcePolicy = ({ secrets, principals }: SecretsManager): GetResourcePolicy => ({
  name: 'GetResourcePolicy',
  access: ({ SecretId }, call) => secrets.access(SecretId, call),
  handle: (_input, { record, arn }, { tx }) => {
    requireNotDeleted(record);
    const { policy, name } = record;
    return {
      ARN: arn,
      Name: name,
      ...(policy && { ResourcePolicy: displayStored(policy, tx, principals, JSON.stringify) }),
    };
  },
});
