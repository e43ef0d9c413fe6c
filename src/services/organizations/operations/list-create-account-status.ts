import type {
  ListCreateAccountStatusCommandInput,
  ListCreateAccountStatusCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationAs } from '../access.ts';
import { createAccountRequests, toCreateAccountStatus } from '../create-account-requests.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists requests for accounts.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html
 */
export const listCreateAccountStatus: Operation<
  'ListCreateAccountStatus',
  Input<ListCreateAccountStatusCommandInput>,
  Output<ListCreateAccountStatusCommandOutput>,
  InOrganization
> = {
  name: 'ListCreateAccountStatus',
  access: (_input, call) => ({ resource: organizationAs(call, 'reader') }),
  handle: (input, { organization }, call) => {
    const { items, next } = listPage(
      input,
      call,
      (page) => createAccountRequests.list(call.tx, organization.id, page),
      ({ state }) => !input.States?.length || input.States.includes(state),
    );
    return { CreateAccountStatuses: items.map(toCreateAccountStatus), ...next };
  },
};
