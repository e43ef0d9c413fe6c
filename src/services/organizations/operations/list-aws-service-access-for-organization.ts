import type {
  ListAWSServiceAccessForOrganizationCommandInput,
  ListAWSServiceAccessForOrganizationCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';
import { byPrincipal } from '../service-access.ts';

/**
 * Lists the services that have trusted access to the organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
 */
export const listAwsServiceAccessForOrganization: Operation<
  'ListAWSServiceAccessForOrganization',
  Input<ListAWSServiceAccessForOrganizationCommandInput>,
  Output<ListAWSServiceAccessForOrganizationCommandOutput>,
  InOrganization
> = {
  name: 'ListAWSServiceAccessForOrganization',
  access: (_input, call) => ({ resource: organizationAs(call, 'reader') }),
  handle: (input, { organization }, call) => {
    const all = [...organization.services].sort(byPrincipal);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ principal }) => principal),
    );
    const enabled = items.map(({ principal, since }) => ({
      ServicePrincipal: principal,
      DateEnabled: new Date(since),
    }));
    return { EnabledServicePrincipals: enabled, ...next };
  },
};
