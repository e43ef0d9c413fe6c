import type { GetOutboundWebIdentityFederationInfoCommandOutput } from '@aws-sdk/client-iam';
import { type Fault, fault } from '../../../kernel/fault.ts';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';

type GetOutboundWebIdentityFederationInfo = Operation<
  'GetOutboundWebIdentityFederationInfo',
  object,
  Output<GetOutboundWebIdentityFederationInfoCommandOutput>
>;

/**
 * Names the account's issuer, whose URL third parties are given to trust.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
 */
export const getOutboundWebIdentityFederationInfo = ({
  outboundFederation,
}: Iam): GetOutboundWebIdentityFederationInfo => ({
  name: 'GetOutboundWebIdentityFederationInfo',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account }) => {
    const issuer = outboundFederation.findEnabled(tx, account);
    if (!issuer) throw federationDisabled();
    return { IssuerIdentifier: outboundFederation.urlOf(issuer), JwtVendingEnabled: true };
  },
});

/** IAM's answer where an account gives no web identity tokens. */
export const federationDisabled = (): Fault =>
  fault('FeatureDisabled', 'Outbound web identity federation is disabled for your account.');
