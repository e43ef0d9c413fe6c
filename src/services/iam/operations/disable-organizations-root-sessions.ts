import type { DisableOrganizationsRootSessionsCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import { administeredOrganization, organizationFeatures } from '../organization-features.ts';

type DisableOrganizationsRootSessions = Operation<
  'DisableOrganizationsRootSessions',
  object,
  Output<DisableOrganizationsRootSessionsCommandOutput>
>;

/**
 * Ends privileged tasks as root of member accounts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOrganizationsRootSessions.html
 */
export const disableOrganizationsRootSessions: DisableOrganizationsRootSessions = {
  name: 'DisableOrganizationsRootSessions',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, call) => {
    const { organizationId } = administeredOrganization(call);
    const enabled = organizationFeatures.set(call.tx, organizationId, 'RootSessions', false);
    return { OrganizationId: organizationId, EnabledFeatures: [...enabled] };
  },
};
