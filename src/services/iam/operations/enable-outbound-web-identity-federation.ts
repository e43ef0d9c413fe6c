import type { EnableOutboundWebIdentityFederationCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';

type EnableOutboundWebIdentityFederation = Operation<
  'EnableOutboundWebIdentityFederation',
  object,
  Output<EnableOutboundWebIdentityFederationCommandOutput>
>;

/**
 * Lets the account's users and roles get tokens that show third parties who they are.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
 */
export const enableOutboundWebIdentityFederation = ({
  outboundFederation,
}: Iam): EnableOutboundWebIdentityFederation => ({
  name: 'EnableOutboundWebIdentityFederation',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: async (_input, _resource, { tx, account, now }) => {
    if (outboundFederation.findEnabled(tx, account)) {
      throw fault(
        'FeatureEnabled',
        'Outbound web identity federation is already enabled for your account. To fetch the current configuration, use GetOutboundWebIdentityFederationInfo.',
      );
    }
    return { IssuerIdentifier: outboundFederation.urlOf(await outboundFederation.enable(tx, account, now)) };
  },
});
