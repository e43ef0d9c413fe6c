import type { UntagSAMLProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toSamlProvider } from '../access.ts';
import { type IamSamlProvider, samlProviders } from '../saml-providers.ts';
import { exactTags, withoutTags } from '../tags.ts';

type UntagSAMLProvider = Operation<'UntagSAMLProvider', Input<UntagSAMLProviderCommandInput>, void, IamSamlProvider>;

/**
 * Takes tags off a SAML provider; keys that it has not are no error.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html
 */
export const untagSamlProvider: UntagSAMLProvider = {
  name: 'UntagSAMLProvider',
  access: ({ SAMLProviderArn, TagKeys }, call) => toSamlProvider(call, SAMLProviderArn, { 'aws:TagKeys': TagKeys }),
  handle: ({ TagKeys }, { record }, { tx }) =>
    samlProviders.put(tx, { ...record, tags: withoutTags(record.tags, TagKeys, exactTags) }),
};
