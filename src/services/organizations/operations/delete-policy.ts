import type { DeletePolicyCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { deletePolicy as remove } from '../policy-changes.ts';
import { find, type PolicyResource } from '../resources.ts';

/**
 * Deletes a policy that is attached nowhere.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeletePolicy.html
 */
export const deletePolicy: Operation<
  'DeletePolicy',
  Input<DeletePolicyCommandInput>,
  Record<string, never>,
  PolicyResource
> = {
  name: 'DeletePolicy',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.policy(tx, organization, input.PolicyId),
      notFound.policy,
    ),
  }),
  handle: (_input, policy, { tx }) => {
    remove(tx, policy);
    return {};
  },
};
