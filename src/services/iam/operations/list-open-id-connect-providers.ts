import type {
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
} from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { oidcProviderArn, oidcProviders } from '../oidc-providers.ts';

type ListOpenIDConnectProviders = Operation<
  'ListOpenIDConnectProviders',
  Input<ListOpenIDConnectProvidersCommandInput>,
  Output<ListOpenIDConnectProvidersCommandOutput>
>;

/**
 * Lists the account's OpenID Connect providers.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
 */
export const listOpenIdConnectProviders: ListOpenIDConnectProviders = {
  name: 'ListOpenIDConnectProviders',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => ({
    OpenIDConnectProviderList: oidcProviders.list(tx, account).map((record) => ({ Arn: oidcProviderArn(record) })),
  }),
};
