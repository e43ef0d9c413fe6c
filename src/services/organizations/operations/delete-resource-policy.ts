import type { DeleteResourcePolicyCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { existingResourcePolicy, deleteResourcePolicy as remove } from '../resource-policy.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Ends that member accounts manage the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html
 */
export const deleteResourcePolicy: Operation<
  'DeleteResourcePolicy',
  Input<DeleteResourcePolicyCommandInput>,
  Record<string, never>,
  InOrganization
> = {
  name: 'DeleteResourcePolicy',
  access: (_input, call) => ({
    resource: inOrganization(call, 'manager', existingResourcePolicy, notFound.resourcePolicy),
  }),
  handle: (_input, { organization }, { tx }) => {
    remove(tx, organization);
    return {};
  },
};
