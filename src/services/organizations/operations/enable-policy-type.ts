import type { EnablePolicyTypeCommandInput, EnablePolicyTypeCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { inOrganization } from '../access.ts';
import { toRoot } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { enablePolicyType as enable } from '../policy-type-changes.ts';
import { find, type ParentResource } from '../resources.ts';

/**
 * Lets policies of a type be attached. Control policies begin with one everywhere that lets everything pass.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
 */
export const enablePolicyType: Operation<
  'EnablePolicyType',
  Input<EnablePolicyTypeCommandInput>,
  Output<EnablePolicyTypeCommandOutput>,
  ParentResource
> = {
  name: 'EnablePolicyType',
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
    Root: toRoot(enable(tx, organization, input.PolicyType)),
  }),
};
