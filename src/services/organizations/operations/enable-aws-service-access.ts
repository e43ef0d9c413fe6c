import type { EnableAWSServiceAccessCommandInput } from '@aws-sdk/client-organizations';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import type { InOrganization } from '../resources.ts';
import { enableServiceAccess } from '../service-access.ts';

/**
 * Gives a service trusted access to the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
 */
export const enableAwsServiceAccess: Operation<
  'EnableAWSServiceAccess',
  Input<EnableAWSServiceAccessCommandInput>,
  Record<string, never>,
  InOrganization
> = {
  name: 'EnableAWSServiceAccess',
  access: (input, call) => ({
    resource: organizationAs(call, 'manager'),
    conditions: { 'organizations:ServicePrincipal': input.ServicePrincipal },
  }),
  handle: (input, { organization }, { tx, now }) => {
    enableServiceAccess(tx, organization, input.ServicePrincipal, now);
    return {};
  },
};
