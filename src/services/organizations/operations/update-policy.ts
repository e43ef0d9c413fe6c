import type { UpdatePolicyCommandInput, UpdatePolicyCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toPolicy } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { updatePolicy as update } from '../policy-changes.ts';
import { find, type PolicyResource } from '../resources.ts';

/**
 * Changes name, description or document of a policy; the new document decides the next request.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdatePolicy.html
 */
export const updatePolicy: Operation<
  'UpdatePolicy',
  Input<UpdatePolicyCommandInput>,
  Output<UpdatePolicyCommandOutput>,
  PolicyResource
> = {
  name: 'UpdatePolicy',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.policy(tx, organization, input.PolicyId),
      notFound.policy,
    ),
  }),
  handle: (input, policy, { tx, now }) => {
    const { Name: name, Description: description, Content: content } = input;
    const updated = update(tx, policy, { name, description, content }, now);
    return { Policy: toPolicy(policy.organization, updated) };
  },
};
