import type { CreateOrganizationCommandInput, CreateOrganizationCommandOutput } from '@aws-sdk/client-organizations';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { anyResource, type Resource } from '../../../kernel/operation.ts';
import { accounts, isMember, unnamed } from '../accounts.ts';
import { toOrganization } from '../descriptions.ts';
import { newId } from '../ids.ts';
import { join } from '../membership-changes.ts';
import { organizations } from '../organizations.ts';
import type { OrganizationsParts } from '../organizations-parts.ts';

/**
 * Makes the caller's account the management account of a new organization.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganization.html
 */
export const createOrganization = ({
  accounts: port,
}: OrganizationsParts): Operation<
  'CreateOrganization',
  Input<CreateOrganizationCommandInput>,
  Output<CreateOrganizationCommandOutput>,
  Resource
> => ({
  name: 'CreateOrganization',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, { account, tx, now }) => {
    const own = accounts.find(tx, account);
    if (own && isMember(own)) {
      throw fault('AlreadyInOrganizationException', 'The provided account is already a member of an organization.');
    }
    const id = newId.organization();
    organizations.create(tx, {
      id,
      managementAccount: account,
      featureSet: input.FeatureSet ?? 'ALL',
      rootId: newId.root(),
      rootTags: {},
      policyTypes: [],
      services: [],
      accounts: 0,
      units: 0,
      version: 0,
    });
    join(tx, port, id, own ?? unnamed(account), { joinedMethod: 'INVITED', tags: {}, now });
    return { Organization: toOrganization(tx, organizations.get(tx, id)) };
  },
});
