import type { UpdateOpenIDConnectProviderThumbprintCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation } from '../../../kernel/operation.ts';
import { toOidcProvider } from '../access.ts';
import { type IamOidcProvider, oidcProviders, requireThumbprints } from '../oidc-providers.ts';

type UpdateOpenIDConnectProviderThumbprint = Operation<
  'UpdateOpenIDConnectProviderThumbprint',
  Input<UpdateOpenIDConnectProviderThumbprintCommandInput>,
  void,
  IamOidcProvider
>;

/**
 * Replaces the thumbprints of a provider's certificates.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
 */
export const updateOpenIdConnectProviderThumbprint: UpdateOpenIDConnectProviderThumbprint = {
  name: 'UpdateOpenIDConnectProviderThumbprint',
  access: ({ OpenIDConnectProviderArn }, call) => toOidcProvider(call, OpenIDConnectProviderArn),
  handle: ({ ThumbprintList }, { record }, { tx }) => {
    requireThumbprints(ThumbprintList);
    oidcProviders.put(tx, { ...record, thumbprints: ThumbprintList });
  },
};
