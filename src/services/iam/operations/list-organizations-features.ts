import type { ListOrganizationsFeaturesCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import { administeredOrganization, organizationFeatures } from '../organization-features.ts';

type ListOrganizationsFeatures = Operation<
  'ListOrganizationsFeatures',
  object,
  Output<ListOrganizationsFeaturesCommandOutput>
>;

/**
 * Lists which parts of centralized root access the organization has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html
 */
export const listOrganizationsFeatures: ListOrganizationsFeatures = {
  name: 'ListOrganizationsFeatures',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, call) => {
    const { organizationId } = administeredOrganization(call);
    return { OrganizationId: organizationId, EnabledFeatures: [...organizationFeatures.list(call.tx, organizationId)] };
  },
};
