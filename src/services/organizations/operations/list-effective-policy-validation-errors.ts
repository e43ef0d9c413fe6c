import type {
  ListEffectivePolicyValidationErrorsCommandInput,
  ListEffectivePolicyValidationErrorsCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import { type AccountResource, find } from '../resources.ts';
import { pathOf } from '../tree.ts';

/**
 * Lists what is invalid in the effective policy of an account: nothing, since only valid documents are taken.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListEffectivePolicyValidationErrors.html
 */
export const listEffectivePolicyValidationErrors: Operation<
  'ListEffectivePolicyValidationErrors',
  Input<ListEffectivePolicyValidationErrorsCommandInput>,
  Output<ListEffectivePolicyValidationErrorsCommandOutput>,
  AccountResource
> = {
  name: 'ListEffectivePolicyValidationErrors',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'reader',
      (organization, tx) => find.account(tx, organization, input.AccountId),
      notFound.account,
    ),
    conditions: { 'organizations:PolicyType': input.PolicyType },
  }),
  handle: (input, { organization, record }, { tx, now }) => ({
    AccountId: input.AccountId,
    PolicyType: input.PolicyType,
    Path: `${pathOf(tx, organization, record.membership.parentId)}${record.account}/`,
    EvaluationTimestamp: now,
    EffectivePolicyValidationErrors: [],
  }),
};
