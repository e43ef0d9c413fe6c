import type { ListAccountAliasesCommandInput, ListAccountAliasesCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { accountSettings } from '../account-settings.ts';
import { listed } from '../listing.ts';

type ListAccountAliases = Operation<
  'ListAccountAliases',
  Input<ListAccountAliasesCommandInput>,
  Output<ListAccountAliasesCommandOutput>
>;

/**
 * Lists the name of the account, where it has one.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 */
export const listAccountAliases: ListAccountAliases = {
  name: 'ListAccountAliases',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const { alias } = accountSettings.find(call.tx, call.account);
    const aliases = alias === undefined ? [] : [alias];
    const { items, truncation } = listed(
      input,
      call,
      pageOf(aliases, (name) => name),
    );
    return { AccountAliases: [...items], ...truncation };
  },
};
