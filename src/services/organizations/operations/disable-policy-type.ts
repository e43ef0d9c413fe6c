import type { DisablePolicyTypeCommandInput, DisablePolicyTypeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toRoot } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { disablePolicyType as disable } from '../policy-type-changes.ts';
import { find, type ParentResource } from '../resources.ts';

/**
 * Detaches every policy of a type, and lets none be attached any more.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
 */
export const disablePolicyType: Operation<
  'DisablePolicyType',
  Input<DisablePolicyTypeCommandInput>,
  Output<DisablePolicyTypeCommandOutput>,
  ParentResource
> = {
  name: 'DisablePolicyType',
  access: (input, call) => ({
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.root(tx, organization, input.RootId),
      notFound.root,
    ),
    conditions: { 'organizations:PolicyType': input.PolicyType },
  }),
  handle: (input, { organization }, { tx }) => ({
    Root: toRoot(disable(tx, organization, input.PolicyType)),
  }),
};
