import type { PutResourcePolicyCommandInput, PutResourcePolicyCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { inOrganization } from '../access.ts';
import { notFound } from '../faults.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';
import { describeResourcePolicy as describe, putResourcePolicy as put } from '../resource-policy.ts';
import { type InOrganization, resourcePolicyResource } from '../resources.ts';

/**
 * Lets member accounts manage the organization, as far as a policy says.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html
 */
export const putResourcePolicy = ({
  principals,
}: OrganizationsParts): Operation<
  'PutResourcePolicy',
  Input<PutResourcePolicyCommandInput>,
  Output<PutResourcePolicyCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> => ({
  name: 'PutResourcePolicy',
  access: (input, call) => {
    const resource = inOrganization(call, 'manager', resourcePolicyResource, notFound.resourcePolicy);
    return creatingWithTags({ resource }, 'organizations:TagResource', input.Tags);
  },
  handle: (input, [{ organization }], { tx }) => ({
    ResourcePolicy: describe(put(tx, organization, input.Content, input.Tags, principals)),
  }),
});
