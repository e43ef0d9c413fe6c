import type {
  ListTargetsForPolicyCommandInput,
  ListTargetsForPolicyCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { inOrganization } from '../access.ts';
import { attachments } from '../attachments.ts';
import { notFound } from '../faults.ts';
import { listPage } from '../listing.ts';
import { find, type PolicyResource } from '../resources.ts';

/**
 * Lists where a policy is attached.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTargetsForPolicy.html
 */
export const listTargetsForPolicy: Operation<
  'ListTargetsForPolicy',
  Input<ListTargetsForPolicyCommandInput>,
  Output<ListTargetsForPolicyCommandOutput>,
  PolicyResource
> = {
  name: 'ListTargetsForPolicy',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.policy(tx, organization, input.PolicyId),
      notFound.policy,
    ),
  }),
  handle: (input, { organization, record }, call) => {
    const all = attachments.ofPolicy(call.tx, organization.id, record.id);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ targetId }) => targetId),
    );
    const targets = items.map(({ targetId }) => find.target(call.tx, organization, targetId)!);
    const described = targets.map(({ id, arn, name, kind }) => ({ TargetId: id, Arn: arn, Name: name, Type: kind }));
    return { Targets: described, ...next };
  },
};
