import type { UpdateAccountPasswordPolicyCommandInput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation } from '../../../kernel/operation.ts';
import { accountSettings } from '../account-settings.ts';

type UpdateAccountPasswordPolicy = Operation<
  'UpdateAccountPasswordPolicy',
  Input<UpdateAccountPasswordPolicyCommandInput>,
  void
>;

/**
 * Sets the account's rules for passwords; rules that the request leaves out are AWS's defaults again.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
 */
export const updateAccountPasswordPolicy: UpdateAccountPasswordPolicy = {
  name: 'UpdateAccountPasswordPolicy',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, { tx, account }) => {
    const { MaxPasswordAge, PasswordReusePrevention, HardExpiry } = input;
    const passwordPolicy = {
      minimumLength: input.MinimumPasswordLength ?? defaultMinimumLength,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      allowUsersToChange: input.AllowUsersToChangePassword ?? false,
      ...(MaxPasswordAge !== undefined && { maxAgeDays: MaxPasswordAge }),
      ...(PasswordReusePrevention !== undefined && { reusePrevention: PasswordReusePrevention }),
      ...(HardExpiry !== undefined && { hardExpiry: HardExpiry }),
    };
    accountSettings.put(tx, { ...accountSettings.find(tx, account), passwordPolicy });
  },
};

const defaultMinimumLength = 6;
