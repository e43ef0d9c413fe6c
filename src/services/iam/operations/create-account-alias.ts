import type { CreateAccountAliasCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation } from '../../../kernel/operation.ts';
import { accountSettings } from '../account-settings.ts';

type CreateAccountAlias = Operation<'CreateAccountAlias', Input<CreateAccountAliasCommandInput>, void>;

/**
 * Gives the account a name, in place of the one it has.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
 */
export const createAccountAlias: CreateAccountAlias = {
  name: 'CreateAccountAlias',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ AccountAlias }, _resource, { tx, account }) => {
    const holder = accountSettings.findByAlias(tx, AccountAlias);
    if (holder && holder.account !== account) {
      throw fault('EntityAlreadyExists', `The account alias ${AccountAlias} already exists.`);
    }
    accountSettings.put(tx, { ...accountSettings.find(tx, account), alias: AccountAlias });
  },
};
