import type { DetachPolicyCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { detachPolicy as detach } from '../policy-changes.ts';
import { find, type PolicyResource, type TargetResource } from '../resources.ts';

/**
 * Detaches a policy from a root, OU or account.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
 */
export const detachPolicy: Operation<
  'DetachPolicy',
  Input<DetachPolicyCommandInput>,
  Record<string, never>,
  readonly [PolicyResource, TargetResource]
> = {
  name: 'DetachPolicy',
  access: (input, call) => [
    {
      resource: inOrganization(
        call,
        'manager',
        (organization, tx) => find.policy(tx, organization, input.PolicyId),
        notFound.policy,
      ),
    },
    {
      resource: inOrganization(
        call,
        'manager',
        (organization, tx) => find.target(tx, organization, input.TargetId),
        notFound.target,
      ),
    },
  ],
  handle: (_input, [policy, target], { tx }) => {
    detach(tx, policy, target);
    return {};
  },
};
