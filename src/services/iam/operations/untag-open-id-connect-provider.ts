import type { UntagOpenIDConnectProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { type IamOidcProvider, oidcProviders } from '../oidc-providers.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagOpenIDConnectProvider = Operation<
  'UntagOpenIDConnectProvider',
  Input<UntagOpenIDConnectProviderCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Takes tags off an OpenID Connect provider; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html
 */
export const untagOpenIdConnectProvider: UntagOpenIDConnectProvider = {
  name: 'UntagOpenIDConnectProvider',
  access: ({ OpenIDConnectProviderArn, TagKeys }, call) =>
    toOidcProvider(call, OpenIDConnectProviderArn, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    oidcProviders.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
};
