import type { DisableAWSServiceAccessCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import type { InOrganization } from '../resources.ts';
import { disableServiceAccess } from '../service-access.ts';

/**
 * Takes trusted access to the organization from a service.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
 */
export const disableAwsServiceAccess: Operation<
  'DisableAWSServiceAccess',
  Input<DisableAWSServiceAccessCommandInput>,
  Record<string, never>,
  InOrganization
> = {
  name: 'DisableAWSServiceAccess',
  access: (input, call) => ({
    resource: organizationAs(call, 'manager'),
    conditions: { 'organizations:ServicePrincipal': input.ServicePrincipal },
  }),
  handle: (input, { organization }, { tx }) => {
    disableServiceAccess(tx, organization, input.ServicePrincipal);
    return {};
  },
};
