import type { DeleteSAMLProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toSamlProvider } from '../access.ts';
import { accounts } from '../accounts.ts';
import { type IamSamlProvider, samlProviders } from '../saml-providers.ts';

type DeleteSAMLProvider = Operation<'DeleteSAMLProvider', Input<DeleteSAMLProviderCommandInput>, void, IamSamlProvider>;

/**
 * Ends the account's trust in a SAML provider. Role policies that name it stay as they are.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html
 */
export const deleteSamlProvider: DeleteSAMLProvider = {
  name: 'DeleteSAMLProvider',
  access: ({ SAMLProviderArn }, call) => toSamlProvider(call, SAMLProviderArn),
  handle: (_input, { record }, { tx, account }) => {
    samlProviders.delete(tx, record);
    accounts.countOneLess(tx, account, 'SAMLProvidersPerAccount');
  },
};
