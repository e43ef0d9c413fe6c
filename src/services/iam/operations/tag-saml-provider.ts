import type { TagSAMLProviderCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { requestTagConditions } from '../../../kernel/request-tags.ts';
import { toSamlProvider } from '../access.ts';
import { type IamSamlProvider, samlProviders } from '../saml-providers.ts';
import { exactTags, taggedWith } from '../tags.ts';

type TagSAMLProvider = Operation<'TagSAMLProvider', Input<TagSAMLProviderCommandInput>, void, IamSamlProvider>;

/**
 * Adds tags to a SAML provider; a key that is there already is replaced.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html
 */
export const tagSamlProvider: TagSAMLProvider = {
  name: 'TagSAMLProvider',
  access: ({ SAMLProviderArn, Tags }, call) => toSamlProvider(call, SAMLProviderArn, requestTagConditions(Tags)),
  handle: ({ Tags }, { record }, { tx }) =>
    samlProviders.put(tx, { ...record, tags: taggedWith(record.tags, Tags, exactTags) }),
};
