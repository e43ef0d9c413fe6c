import type { RemoveClientIDFromOpenIDConnectProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { type IamOidcProvider, oidcProviders } from '../oidc-providers.ts';

type RemoveClientIDFromOpenIDConnectProvider = Operation<
  'RemoveClientIDFromOpenIDConnectProvider',
  Input<RemoveClientIDFromOpenIDConnectProviderCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Ends that tokens of a provider may be for an audience; removing one that is not there changes nothing.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
 */
export const removeClientIdFromOpenIdConnectProvider: RemoveClientIDFromOpenIDConnectProvider = {
  name: 'RemoveClientIDFromOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn }, call) => toOidcProvider(call, OpenIDConnectProviderArn),
  handle: ({ ClientID }, { record }, { tx }) =>
    oidcProviders.put(tx, { ...record, clientIds: record.clientIds.filter((id) => id !== ClientID) }),
};
