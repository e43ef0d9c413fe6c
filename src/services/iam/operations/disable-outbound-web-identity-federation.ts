import { anyResource, type Operation } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { federationDisabled } from './get-outbound-web-identity-federation-info.ts';

type DisableOutboundWebIdentityFederation = Operation<'DisableOutboundWebIdentityFederation', object, void>;

/**
 * Gives no more tokens; those given before stay valid until they expire.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
 */
export const disableOutboundWebIdentityFederation = ({
  outboundFederation,
}: Iam): DisableOutboundWebIdentityFederation => ({
  name: 'DisableOutboundWebIdentityFederation',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => {
    const issuer = outboundFederation.findEnabled(tx, account);
    if (!issuer) throw federationDisabled();
    outboundFederation.disable(tx, issuer);
  },
});
