import type {
  ListAccountsWithInvalidEffectivePolicyCommandInput,
  ListAccountsWithInvalidEffectivePolicyCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists accounts whose effective policy is invalid: none, since only valid documents are taken.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsWithInvalidEffectivePolicy.html
 */
export const listAccountsWithInvalidEffectivePolicy: Operation<
  'ListAccountsWithInvalidEffectivePolicy',
  Input<ListAccountsWithInvalidEffectivePolicyCommandInput>,
  Output<ListAccountsWithInvalidEffectivePolicyCommandOutput>,
  InOrganization
> = {
  name: 'ListAccountsWithInvalidEffectivePolicy',
  access: (input, call) => ({
    resource: organizationAs(call, 'reader'),
    conditions: { 'organizations:PolicyType': input.PolicyType },
  }),
  handle: ({ PolicyType }) => ({ Accounts: [], PolicyType }),
};
