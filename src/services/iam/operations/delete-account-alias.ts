import type { DeleteAccountAliasCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation } from '../../../kernel/operation.ts';
import { accountSettings } from '../account-settings.ts';

type DeleteAccountAlias = Operation<'DeleteAccountAlias', Input<DeleteAccountAliasCommandInput>, void>;

/**
 * Takes the account's name away.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
 */
export const deleteAccountAlias: DeleteAccountAlias = {
  name: 'DeleteAccountAlias',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ AccountAlias }, _resource, { tx, account }) => {
    const { alias, ...others } = accountSettings.find(tx, account);
    if (alias !== AccountAlias) {
      throw fault('NoSuchEntity', `The account alias ${AccountAlias} cannot be found.`);
    }
    accountSettings.put(tx, others);
  },
};
