import type { ListSAMLProviderTagsCommandInput, ListSAMLProviderTagsCommandOutput } from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toSamlProvider } from '../access.ts';
import { listTags } from '../held-listings.ts';
import type { IamSamlProvider } from '../saml-providers.ts';

type ListSAMLProviderTags = Operation<
  'ListSAMLProviderTags',
  Input<ListSAMLProviderTagsCommandInput>,
  Output<ListSAMLProviderTagsCommandOutput>,
  IamSamlProvider
>;

/**
 * Lists the tags of a SAML provider by key.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html
 */
export const listSamlProviderTags: ListSAMLProviderTags = {
  name: 'ListSAMLProviderTags',
  access: ({ SAMLProviderArn }, call) => toSamlProvider(call, SAMLProviderArn),
  handle: (input, { record }, call) => listTags(input, record.tags, call),
};
