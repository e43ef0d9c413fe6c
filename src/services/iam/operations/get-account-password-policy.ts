import type { GetAccountPasswordPolicyCommandInput, GetAccountPasswordPolicyCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { accountSettings, grantsOfPasswordPolicy, noPasswordPolicy } from '../account-settings.ts';

type GetAccountPasswordPolicy = Operation<
  'GetAccountPasswordPolicy',
  Input<GetAccountPasswordPolicyCommandInput>,
  Output<GetAccountPasswordPolicyCommandOutput>
>;

/**
 * Shows the account's rules for passwords, where it has set some.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
export const getAccountPasswordPolicy: GetAccountPasswordPolicy = {
  name: 'GetAccountPasswordPolicy',
  access: (_input, { account }) => ({
    resource: { ...anyResource(account), grants: grantsOfPasswordPolicy },
  }),
  handle: (_input, _resource, { tx, account }) => {
    const { passwordPolicy: policy } = accountSettings.find(tx, account);
    if (!policy) throw noPasswordPolicy(account);
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercase,
        RequireLowercaseCharacters: policy.requireLowercase,
        AllowUsersToChangePassword: policy.allowUsersToChange,
        ExpirePasswords: policy.maxAgeDays !== undefined,
        MaxPasswordAge: policy.maxAgeDays,
        PasswordReusePrevention: policy.reusePrevention,
        HardExpiry: policy.hardExpiry,
      },
    };
  },
};
