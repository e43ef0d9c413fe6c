import type { AddClientIDToOpenIDConnectProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { type IamOidcProvider, oidcProviders } from '../oidc-providers.ts';
import { requireWithinQuota } from '../quotas.ts';

type AddClientIDToOpenIDConnectProvider = Operation<
  'AddClientIDToOpenIDConnectProvider',
  Input<AddClientIDToOpenIDConnectProviderCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Lets tokens of a provider be for one more audience; adding it again changes nothing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
 */
export const addClientIdToOpenIdConnectProvider: AddClientIDToOpenIDConnectProvider = {
  name: 'AddClientIDToOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn }, call) => toOidcProvider(call, OpenIDConnectProviderArn),
  handle: ({ ClientID }, { record }, { tx }) => {
    const clientIds = [...new Set([...record.clientIds, ClientID])];
    requireWithinQuota('ClientIdsPerOpenIdConnectProvider', clientIds.length);
    oidcProviders.put(tx, { ...record, clientIds });
  },
};
