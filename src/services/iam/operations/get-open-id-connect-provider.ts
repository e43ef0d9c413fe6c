import type { GetOpenIDConnectProviderCommandInput, GetOpenIDConnectProviderCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { describeTags } from '../descriptions.ts';
import type { IamOidcProvider } from '../oidc-providers.ts';

type GetOpenIDConnectProvider = Operation<
  'GetOpenIDConnectProvider',
  Input<GetOpenIDConnectProviderCommandInput>,
  Output<GetOpenIDConnectProviderCommandOutput>,
  IamOidcProvider
>;

/**
 * Shows an OpenID Connect provider.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
 */
export const getOpenIdConnectProvider: GetOpenIDConnectProvider = {
  name: 'GetOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn }, call) => toOidcProvider(call, OpenIDConnectProviderArn),
  handle: (_input, { record }) => ({
    Url: record.url,
    ClientIDList: [...record.clientIds],
    ThumbprintList: [...record.thumbprints],
    CreateDate: new Date(record.createdAt),
    Tags: describeTags(record.tags),
  }),
};
