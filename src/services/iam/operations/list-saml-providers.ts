import type { ListSAMLProvidersCommandInput, ListSAMLProvidersCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { samlProviderArn, samlProviders } from '../saml-providers.ts';

type ListSAMLProviders = Operation<
  'ListSAMLProviders',
  Input<ListSAMLProvidersCommandInput>,
  Output<ListSAMLProvidersCommandOutput>
>;

/**
 * Lists the account's SAML providers.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html
 */
export const listSamlProviders: ListSAMLProviders = {
  name: 'ListSAMLProviders',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => ({
    SAMLProviderList: samlProviders.list(tx, account).map((record) => ({
      Arn: samlProviderArn(record),
      ValidUntil: new Date(record.validUntil),
      CreateDate: new Date(record.createdAt),
    })),
  }),
};
