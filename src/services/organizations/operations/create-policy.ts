import type { CreatePolicyCommandInput, CreatePolicyCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags, taggedFromTheStart } from '../../../kernel/request-tags.ts';
import { type Finder, inOrganization } from '../access.ts';
import { arns } from '../arns.ts';
import { toPolicy } from '../descriptions.ts';
import { notFound } from '../faults.ts';
import { createPolicy as create } from '../policy-changes.ts';
import type { PolicyType } from '../policy-types.ts';
import type { InOrganization } from '../resources.ts';
import { addTags } from '../tags.ts';

/**
 * Creates a policy that is attached to nothing yet.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
 */
export const createPolicy: Operation<
  'CreatePolicy',
  Input<CreatePolicyCommandInput>,
  Output<CreatePolicyCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> = {
  name: 'CreatePolicy',
  access: (input, call) => {
    const resource = inOrganization(call, 'manager', anyPolicyOf(input.Type), notFound.policy);
    const conditions = { 'organizations:PolicyType': input.Type };
    return creatingWithTags(
      { resource: taggedFromTheStart(resource, input.Tags), conditions },
      'organizations:TagResource',
      input.Tags,
    );
  },
  handle: (input, [{ organization }], { tx, now }) => {
    const { Type, Name, Description, Content, Tags } = input;
    const given = { type: Type, name: Name, description: Description, content: Content, tags: addTags({}, Tags) };
    return { Policy: toPolicy(organization, create(tx, organization, given, now)) };
  },
};

/** The new policy has no id yet. */
const anyPolicyOf =
  (type: PolicyType): Finder<InOrganization> =>
  (organization) => ({
    arn: arns.policy(organization, type, '*'),
    account: organization.managementAccount,
    organization,
  });
