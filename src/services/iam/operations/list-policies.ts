import type { ListPoliciesCommandInput, ListPoliciesCommandOutput } from '@aws-sdk/client-iam';
import type { Call } from '../../../kernel/call.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import type { Page, PageRequest } from '../../../store/collection.ts';
import { type AttachmentCounts, attachments, type PolicyUsage } from '../attachments.ts';
import { awsManagedPolicies } from '../aws-managed-policies.ts';
import { describePolicy } from '../descriptions.ts';
import { inSequence, listed } from '../listing.ts';
import { type PolicySummary, policies } from '../policies.ts';

type ListPolicies = Operation<
  'ListPolicies',
  Input<ListPoliciesCommandInput>,
  Output<ListPoliciesCommandOutput>,
  Resource
>;

/**
 * Lists managed policies by name: the account's own first, then AWS's.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
export const listPolicies: ListPolicies = {
  name: 'ListPolicies',
  access: ({ PathPrefix = '/' }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:policy${PathPrefix}`, account },
    deniedOn: ` on resource: policy path ${PathPrefix}`,
  }),
  handle: (input, _resource, call) => {
    const { Scope = 'All', PathPrefix = '/', OnlyAttached = false, PolicyUsageFilter } = input;
    const countsOfArn = attachments.countsIn(call.tx, call.account);
    const countsOf = ({ arn }: PolicySummary): AttachmentCounts => countsOfArn(arn);
    const { items, truncation } = listed(
      input,
      call,
      (page) => readScope(Scope, page, call),
      (policy) =>
        policy.path.startsWith(PathPrefix) &&
        (!(OnlyAttached || PolicyUsageFilter) || isUsed(countsOf(policy), PolicyUsageFilter)),
    );
    return { Policies: items.map((policy) => describePolicy(policy, countsOf(policy))), ...truncation };
  },
};

const readScope = (scope: string, page: PageRequest, { tx, account }: Call): Page<PolicySummary> => {
  const own = (from: PageRequest): Page<PolicySummary> => policies.list(tx, account, from);
  const ofAws = (from: PageRequest): Page<PolicySummary> =>
    pageOf(awsManagedPolicies.list(), ({ policyName }) => policyName)(from);
  return inSequence(...(scope === 'AWS' ? [] : [own]), ...(scope === 'Local' ? [] : [ofAws]))(page);
};

const isUsed = (counts: AttachmentCounts, usage: PolicyUsage | undefined): boolean =>
  usage ? counts[usage] > 0 : counts.PermissionsPolicy + counts.PermissionsBoundary > 0;
