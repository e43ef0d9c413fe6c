import type { SetSecurityTokenServicePreferencesCommandInput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation } from '../../../kernel/operation.ts';
import { accountSettings } from '../account-settings.ts';

type SetSecurityTokenServicePreferences = Operation<
  'SetSecurityTokenServicePreferences',
  Input<SetSecurityTokenServicePreferencesCommandInput>,
  void
>;

/**
 * Sets which tokens the global endpoint of STS gives out. Both versions are valid in every Region here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
export const setSecurityTokenServicePreferences: SetSecurityTokenServicePreferences = {
  name: 'SetSecurityTokenServicePreferences',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ GlobalEndpointTokenVersion }, _resource, { tx, account }) =>
    accountSettings.put(tx, {
      ...accountSettings.find(tx, account),
      globalEndpointTokenVersion: GlobalEndpointTokenVersion,
    }),
};
