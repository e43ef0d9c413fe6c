import type { DetachPolicyCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { detachPolicy as detach } from '../policy-changes.ts';
import { policyAndTarget } from '../policy-target.ts';
import type { PolicyResource, TargetResource } from '../resources.ts';

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
  access: policyAndTarget,
  handle: (_input, [policy, target], { tx }) => {
    detach(tx, policy, target);
    return {};
  },
};
