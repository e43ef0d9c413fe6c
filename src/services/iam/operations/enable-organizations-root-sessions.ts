import type { EnableOrganizationsRootSessionsCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import { managedOrganization, organizationFeatures } from '../organization-features.ts';

type EnableOrganizationsRootSessions = Operation<
  'EnableOrganizationsRootSessions',
  object,
  Output<EnableOrganizationsRootSessionsCommandOutput>
>;

/**
 * Lets the management account and IAM's delegated administrator do privileged tasks as root of member accounts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html
 */
export const enableOrganizationsRootSessions: EnableOrganizationsRootSessions = {
  name: 'EnableOrganizationsRootSessions',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, call) => {
    const { organizationId } = managedOrganization(call);
    const enabled = organizationFeatures.set(call.tx, organizationId, 'RootSessions', true);
    return { OrganizationId: organizationId, EnabledFeatures: [...enabled] };
  },
};
