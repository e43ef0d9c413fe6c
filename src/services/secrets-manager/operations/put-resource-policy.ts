import type { PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput } from '@aws-sdk/client-secrets-manager';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { isPublic } from '../public-policy.ts';
import { acceptPolicy, locksOut } from '../resource-policy.ts';
import { requireChangeable, type SecretResource } from '../secrets.ts';
import type { SecretsManager } from '../secrets-manager.ts';

type PutResourcePolicy = Operation<
  'PutResourcePolicy',
  Input<PutResourcePolicyCommandInput>,
  Output<PutResourcePolicyCommandOutput>,
  SecretResource
>;

/**
 * Gives a secret a resource policy, in place of the one that it has.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
 */
export const putResourcePolicy = ({ secrets, principals }: SecretsManager): PutResourcePolicy => ({
  name: 'PutResourcePolicy',
  access: ({ SecretId, BlockPublicPolicy }, call) =>
    secrets.access(SecretId, call, { 'secretsmanager:BlockPublicPolicy': String(BlockPublicPolicy ?? false) }),
  handle: ({ ResourcePolicy, BlockPublicPolicy }, resource, call) => {
    const { record, arn } = resource;
    requireChangeable(record);
    const { policy, stored } = acceptPolicy(ResourcePolicy, principals, call);
    if (BlockPublicPolicy && isPublic(policy)) {
      throw fault(
        'PublicPolicyException',
        'You cannot attach a resource policy that allows broad access to the secret.',
      );
    }
    if (locksOut(stored, resource, call)) {
      throw fault('InvalidParameterException', 'The resource policy would not allow you to change it again.');
    }
    secrets.put(call.tx, { ...record, policy: stored, changedAt: call.now.getTime() });
    return { ARN: arn, Name: record.name };
  },
});
