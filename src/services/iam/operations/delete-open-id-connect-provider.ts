import type { DeleteOpenIDConnectProviderCommandInput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { accounts } from '../accounts.ts';
import { type IamOidcProvider, oidcProviders } from '../oidc-providers.ts';

type DeleteOpenIDConnectProvider = Operation<
  'DeleteOpenIDConnectProvider',
  Input<DeleteOpenIDConnectProviderCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Ends the account's trust in an OpenID Connect provider. Role policies that name it stay as they are.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
export const deleteOpenIdConnectProvider: DeleteOpenIDConnectProvider = {
  name: 'DeleteOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn: arn }, call) => {
    const access = toOidcProvider(call, arn);
    if (!access.resource.absent) return access;
    const absent = fault('NoSuchEntity', `OpenId connect Provider ${arn} cannot be found.`);
    return { ...access, resource: { ...access.resource, absent } };
  },
  handle: (_input, { record }, { tx, account }) => {
    oidcProviders.delete(tx, record);
    accounts.countOneLess(tx, account, 'OpenIDConnectProvidersPerAccount');
  },
};
