import type { ListPoliciesCommandInput, ListPoliciesCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { toPolicySummary } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import { policies } from '../policies.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists the policies of a type, those of AWS among them, by id.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
 */
export const listPolicies: Operation<
  'ListPolicies',
  Input<ListPoliciesCommandInput>,
  Output<ListPoliciesCommandOutput>,
  InOrganization
> = {
  name: 'ListPolicies',
  access: (input, call) => ({
    resource: organizationAs(call, 'reader'),
    conditions: { 'organizations:PolicyType': input.Filter },
  }),
  handle: (input, { organization }, call) => {
    const all = policies.ofType(call.tx, organization.id, input.Filter);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ id }) => id),
    );
    return { Policies: items.map((policy) => toPolicySummary(organization, policy)), ...next };
  },
};
