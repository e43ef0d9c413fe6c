import type { DeleteAccountPasswordPolicyCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation } from '../../../kernel/operation.ts';
import { accountSettings } from '../account-settings.ts';

type DeleteAccountPasswordPolicy = Operation<
  'DeleteAccountPasswordPolicy',
  Input<DeleteAccountPasswordPolicyCommandInput>,
  void
>;

/**
 * Drops the account's rules for passwords: AWS's default holds again.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html
 */
export const deleteAccountPasswordPolicy: DeleteAccountPasswordPolicy = {
  name: 'DeleteAccountPasswordPolicy',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => {
    const { passwordPolicy, ...others } = accountSettings.find(tx, account);
    if (!passwordPolicy) {
      throw fault('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.');
    }
    accountSettings.put(tx, others);
  },
};
