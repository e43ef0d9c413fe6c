import type { TagOpenIDConnectProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toOidcProvider } from '../access.ts';
import { type IamOidcProvider, oidcProviders } from '../oidc-providers.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagOpenIDConnectProvider = Operation<
  'TagOpenIDConnectProvider',
  Input<TagOpenIDConnectProviderCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Adds tags to an OpenID Connect provider; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html
 */
export const tagOpenIdConnectProvider: TagOpenIDConnectProvider = {
  name: 'TagOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn, Tags }, call) =>
    toOidcProvider(call, OpenIDConnectProviderArn, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    oidcProviders.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
};
