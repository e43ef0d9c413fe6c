import type { EnableOrganizationsRootCredentialsManagementCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import { managedOrganization, organizationFeatures } from '../organization-features.ts';

type EnableOrganizationsRootCredentialsManagement = Operation<
  'EnableOrganizationsRootCredentialsManagement',
  object,
  Output<EnableOrganizationsRootCredentialsManagementCommandOutput>
>;

/**
 * Lets the management account and IAM's delegated administrator manage the root users' credentials of member accounts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html
 */
export const enableOrganizationsRootCredentialsManagement: EnableOrganizationsRootCredentialsManagement = {
  name: 'EnableOrganizationsRootCredentialsManagement',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, call) => {
    const { organizationId } = managedOrganization(call);
    const enabled = organizationFeatures.set(call.tx, organizationId, 'RootCredentialsManagement', true);
    return { OrganizationId: organizationId, EnabledFeatures: [...enabled] };
  },
};
