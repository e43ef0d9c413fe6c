import type { DisableOrganizationsRootCredentialsManagementCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import { administeredOrganization, organizationFeatures } from '../organization-features.ts';

type DisableOrganizationsRootCredentialsManagement = Operation<
  'DisableOrganizationsRootCredentialsManagement',
  object,
  Output<DisableOrganizationsRootCredentialsManagementCommandOutput>
>;

/**
 * Ends the management of member accounts' root credentials.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootCredentialsManagement.html
 */
export const disableOrganizationsRootCredentialsManagement: DisableOrganizationsRootCredentialsManagement = {
  name: 'DisableOrganizationsRootCredentialsManagement',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, call) => {
    const { organizationId } = administeredOrganization(call);
    const enabled = organizationFeatures.set(call.tx, organizationId, 'RootCredentialsManagement', false);
    return { OrganizationId: organizationId, EnabledFeatures: [...enabled] };
  },
};
