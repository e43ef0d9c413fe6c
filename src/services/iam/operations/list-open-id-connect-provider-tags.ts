import type {
  ListOpenIDConnectProviderTagsCommandInput,
  ListOpenIDConnectProviderTagsCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamOidcProvider } from '../oidc-providers.ts';

type ListOpenIDConnectProviderTags = Operation<
  'ListOpenIDConnectProviderTags',
  Input<ListOpenIDConnectProviderTagsCommandInput>,
  Output<ListOpenIDConnectProviderTagsCommandOutput>,
  IamOidcProvider
>;

/**
 * Lists the tags of an OpenID Connect provider by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html
 */
export const listOpenIdConnectProviderTags: ListOpenIDConnectProviderTags = {
  name: 'ListOpenIDConnectProviderTags',
  access: ({ OpenIDConnectProviderArn }, call) => toOidcProvider(call, OpenIDConnectProviderArn),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
