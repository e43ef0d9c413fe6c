import type {
  ListHandshakesForAccountCommandInput,
  ListHandshakesForAccountCommandOutput,
} from '@aws-sdk/client-organizations';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { anyResource, type Resource } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toHandshake } from '../describe-handshake.ts';
import { matching } from '../handshake-filter.ts';
import { handshakes } from '../handshakes.ts';
import { listPage } from '../listing.ts';

/**
 * Lists the handshakes that the caller's account received, in an organization or not.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
 */
export const listHandshakesForAccount: Operation<
  'ListHandshakesForAccount',
  Input<ListHandshakesForAccountCommandInput>,
  Output<ListHandshakesForAccountCommandOutput>,
  Resource
> = {
  name: 'ListHandshakesForAccount',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const all = handshakes.ofRecipient(call.tx, call.account);
    const { items, next } = listPage(
      input,
      call,
      pageOf(all, ({ id }) => id),
      matching(input.Filter),
    );
    return { Handshakes: items.map(toHandshake), ...next };
  },
};
