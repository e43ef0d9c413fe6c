import type {
  ListHandshakesForOrganizationCommandInput,
  ListHandshakesForOrganizationCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { organizationAs } from '../access.ts';
import { toHandshake } from '../describe-handshake.ts';
import { matching } from '../handshake-filter.ts';
import { handshakes } from '../handshakes.ts';
import { listPage } from '../listing.ts';
import type { InOrganization } from '../resources.ts';

/**
 * Lists the handshakes that the organization sent.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
 */
export const listHandshakesForOrganization: Operation<
  'ListHandshakesForOrganization',
  Input<ListHandshakesForOrganizationCommandInput>,
  Output<ListHandshakesForOrganizationCommandOutput>,
  InOrganization
> = {
  name: 'ListHandshakesForOrganization',
  access: (_input, call) => ({ resource: organizationAs(call, 'reader') }),
  handle: (input, { organization }, call) => {
    const all = handshakes.ofOrganization(call.tx, organization.id);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ id }) => id),
      matching(input.Filter),
    );
    return { Handshakes: items.map(toHandshake), ...next };
  },
};
