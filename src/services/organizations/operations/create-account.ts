import type { CreateAccountCommandInput, CreateAccountCommandOutput } from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { creatingWithTags, taggedFromTheStart } from '../../../kernel/request-tags.ts';
import { organizationAs } from '../access.ts';
import { createAccountRequests, toCreateAccountStatus } from '../create-account-requests.ts';
import { invalidInput } from '../faults.ts';
import { requireRoomForAccount } from '../membership-changes.ts';
import type { InOrganization } from '../resources.ts';
import { addTags } from '../tags.ts';

/**
 * Asks for a new account in the organization. It is there soon: DescribeCreateAccountStatus tells.
 *
 * The account has a role with full access that administrators of the management account may assume.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
 */
export const createAccount: Operation<
  'CreateAccount',
  Input<CreateAccountCommandInput>,
  Output<CreateAccountCommandOutput>,
  readonly [InOrganization, ...InOrganization[]]
> = {
  name: 'CreateAccount',
  access: (input, call) =>
    creatingWithTags(
      { resource: taggedFromTheStart(organizationAs(call, 'manager'), input.Tags) },
      'organizations:TagResource',
      input.Tags,
    ),
  handle: (input, [{ organization }], { tx, now }) => {
    const { AccountName, Email, RoleName = 'OrganizationAccountAccessRole', Tags } = input;
    requireRoomForAccount(organization);
    if (RoleName.startsWith('AWSServiceRoleFor')) {
      throw invalidInput('INVALID_ROLE_NAME', "A role name can't begin with the reserved prefix AWSServiceRoleFor.");
    }
    const wanted = { name: AccountName, email: Email, roleName: RoleName, tags: addTags({}, Tags) };
    return {
      CreateAccountStatus: toCreateAccountStatus(createAccountRequests.begin(tx, organization, wanted, now)),
    };
  },
};
