import type {
  DescribeEffectivePolicyCommandInput,
  DescribeEffectivePolicyCommandOutput,
} from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { findEffectivePolicy } from '../effective-policies.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';

/**
 * Tells what the management policies of a type, inherited and attached, come to for an account.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
 */
export const describeEffectivePolicy: Operation<
  'DescribeEffectivePolicy',
  Input<DescribeEffectivePolicyCommandInput>,
  Output<DescribeEffectivePolicyCommandOutput>,
  AccountResource
> = {
  name: 'DescribeEffectivePolicy',
  access: (input, call) => ({
    // Every account may ask about itself.
    resource: inOrganization(
      call,
      (input.TargetId ?? call.account) === call.account ? 'member' : 'reader',
      (organization, tx) => find.account(tx, organization, input.TargetId ?? call.account),
      notFound.target,
    ),
    conditions: { 'organizations:PolicyType': input.PolicyType },
  }),
  handle: (input, { organization, record }, { tx }) => {
    const effective = findEffectivePolicy(tx, organization, record, input.PolicyType);
    if (!effective) throw noEffectivePolicy();
    return {
      EffectivePolicy: {
        PolicyContent: effective.content,
        LastUpdatedTimestamp: new Date(effective.changedAt),
        TargetId: record.account,
        PolicyType: input.PolicyType,
      },
    };
  },
};

const noEffectivePolicy = () =>
  fault(
    'EffectivePolicyNotFoundException',
    "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type.",
  );
