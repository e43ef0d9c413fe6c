import type { ResourcePolicy, Tag } from '@aws-sdk/client-organizations';
import type { Principals } from '../../kernel/principals.ts';
import { parseGiven, storePolicy } from '../../kernel/stored-policy.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Transaction } from '../../store/store.ts';
import type { Finder } from './access.ts';
import { arns } from './arns.ts';
import { invalidInput } from './faults.ts';
import { newId } from './ids.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { type InOrganization, resourcePolicyResource } from './resources.ts';
import { addTags } from './tags.ts';

/** Puts or replaces the organization's resource policy; its tags stay unless the request brings some. @throws {Fault} */
export const putResourcePolicy = (
  tx: Transaction,
  organization: OrganizationRecord,
  content: string,
  tags: readonly Tag[] | undefined,
  principals: Principals,
): OrganizationRecord => {
  const policy = parseGiven(content, 'resource', malformed);
  requireDelegable(policy);
  const stored = storePolicy(
    content,
    policy,
    (principal) => principals.toStored(tx, principal),
    () => invalidInput('INVALID_PRINCIPAL', 'You specified an invalid principal element in the policy.'),
  );
  const { resourcePolicy } = organization;
  return organizations.update(tx, organization.id, {
    resourcePolicy: {
      id: resourcePolicy?.id ?? newId.resourcePolicy(),
      policy: stored,
      tags: addTags(resourcePolicy?.tags ?? {}, tags),
    },
  });
};

/** Member accounts are on their own again. */
export const deleteResourcePolicy = (tx: Transaction, { id }: OrganizationRecord): void => {
  const { resourcePolicy: _deleted, ...organization } = organizations.update(tx, id);
  organizations.create(tx, organization);
};

/** The resource policy, if there is one. */
export const existingResourcePolicy: Finder<InOrganization> = (organization) =>
  organization.resourcePolicy && resourcePolicyResource(organization);

/** The resource policy as operations show it. */
export const describeResourcePolicy = (organization: OrganizationRecord): ResourcePolicy => {
  const { id, policy } = organization.resourcePolicy!;
  return { ResourcePolicySummary: { Id: id, Arn: arns.resourcePolicy(organization, id) }, Content: policy.text };
};

const malformed = () => invalidInput('INVALID_RESOURCE_POLICY_JSON', 'The resource policy document is invalid.');

/**
 * What the management account can delegate.
 *
 * @see Organizations User Guide: "Delegated administrator for AWS Organizations", supported actions
 */
const delegableActions =
  /^organizations:(?:Describe\w+|List\w+|(?:Create|Update|Delete|Attach|Detach)Policy|(?:Enable|Disable)PolicyType|(?:Tag|Untag)Resource)$/i;

const requireDelegable = ({ statements }: Policy): void => {
  for (const { action, effect } of statements) {
    if (effect !== 'Allow') continue;
    const ordinary = action?.every((each) => delegableActions.test(each.replace(/[*?]/g, 'x')) && !/^\*$/.test(each));
    if (!ordinary) {
      throw invalidInput(
        'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
        'The resource policy allows an action that cannot be delegated.',
      );
    }
  }
};
