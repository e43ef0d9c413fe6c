import type {
  ListPoliciesForTargetCommandInput,
  ListPoliciesForTargetCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { attachments } from '../attachments.ts';
import { toPolicySummary } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { policies } from '../policies.ts';
import { find, type TargetResource } from '../resources.ts';

/**
 * Lists the policies of a type that are attached directly to a root, OU or account, by id.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
 */
export const listPoliciesForTarget: Operation<
  'ListPoliciesForTarget',
  Input<ListPoliciesForTargetCommandInput>,
  Output<ListPoliciesForTargetCommandOutput>,
  TargetResource
> = {
  name: 'ListPoliciesForTarget',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.target(tx, organization, input.TargetId),
      notFound.target,
    ),
    conditions: { 'organizations:PolicyType': input.Filter },
  }),
  handle: (input, { organization, id }, call) => {
    const { tx } = call;
    const all = attachments.ofTarget(tx, organization.id, id).filter(({ type }) => type === input.Filter);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ policyId }) => policyId),
    );
    const attached = items.map(({ policyId }) => policies.find(tx, organization.id, policyId)!);
    return { Policies: attached.map((policy) => toPolicySummary(organization, policy)), ...next };
  },
};
