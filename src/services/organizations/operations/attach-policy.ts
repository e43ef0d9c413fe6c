import type { AttachPolicyCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { attachPolicy as attach } from '../policy-changes.ts';
import { policyAndTarget } from '../policy-target.ts';
import type { PolicyResource, TargetResource } from '../resources.ts';

/**
 * Attaches a policy to a root, OU or account: it binds everything below from the next request on.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
 */
export const attachPolicy: Operation<
  'AttachPolicy',
  Input<AttachPolicyCommandInput>,
  Record<string, never>,
  readonly [PolicyResource, TargetResource]
> = {
  name: 'AttachPolicy',
  access: policyAndTarget,
  handle: (_input, [policy, target], { tx }) => {
    attach(tx, policy, target);
    return {};
  },
};
