import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { addClientIdToOpenIdConnectProvider } from '../operations/add-client-id-to-open-id-connect-provider.ts';
import { createOpenIdConnectProvider } from '../operations/create-open-id-connect-provider.ts';
import { createSamlProvider } from '../operations/create-saml-provider.ts';
import { deleteOpenIdConnectProvider } from '../operations/delete-open-id-connect-provider.ts';
import { deleteSamlProvider } from '../operations/delete-saml-provider.ts';
import { getOpenIdConnectProvider } from '../operations/get-open-id-connect-provider.ts';
import { getSamlProvider } from '../operations/get-saml-provider.ts';
import { listOpenIdConnectProviderTags } from '../operations/list-open-id-connect-provider-tags.ts';
import { listOpenIdConnectProviders } from '../operations/list-open-id-connect-providers.ts';
import { listSamlProviderTags } from '../operations/list-saml-provider-tags.ts';
import { listSamlProviders } from '../operations/list-saml-providers.ts';
import { removeClientIdFromOpenIdConnectProvider } from '../operations/remove-client-id-from-open-id-connect-provider.ts';
import { tagOpenIdConnectProvider } from '../operations/tag-open-id-connect-provider.ts';
import { tagSamlProvider } from '../operations/tag-saml-provider.ts';
import { untagOpenIdConnectProvider } from '../operations/untag-open-id-connect-provider.ts';
import { untagSamlProvider } from '../operations/untag-saml-provider.ts';
import { updateOpenIdConnectProviderThumbprint } from '../operations/update-open-id-connect-provider-thumbprint.ts';
import { updateSamlProvider } from '../operations/update-saml-provider.ts';

/** Operations on SAML and OpenID Connect providers. */
export const identityProviderOperations = (iam: Iam): Service['operations'] => [
  addClientIdToOpenIdConnectProvider,
  createOpenIdConnectProvider,
  createSamlProvider(iam),
  deleteOpenIdConnectProvider,
  deleteSamlProvider,
  getOpenIdConnectProvider,
  getSamlProvider,
  listOpenIdConnectProviderTags,
  listOpenIdConnectProviders,
  listSamlProviderTags,
  listSamlProviders,
  removeClientIdFromOpenIdConnectProvider,
  tagOpenIdConnectProvider,
  tagSamlProvider,
  untagOpenIdConnectProvider,
  untagSamlProvider,
  updateOpenIdConnectProviderThumbprint,
  updateSamlProvider(iam),
];
