import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { beginFederatedSession, notAuthorized } from '../federated-session.ts';
import { assumedRoleUser } from '../sessions.ts';
import type { AssumableRole, Sts } from '../sts.ts';

type AssumeRoleWithWebIdentity = Operation<
  'AssumeRoleWithWebIdentity',
  Input<AssumeRoleWithWebIdentityCommandInput>,
  Output<AssumeRoleWithWebIdentityCommandOutput>,
  AssumableRole
>;

/**
 * Lets somebody whom an OpenID Connect provider vouches for assume a role that trusts the provider. Needs no signature:
 * the token is the proof.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export const assumeRoleWithWebIdentity = (sts: Sts): AssumeRoleWithWebIdentity => ({
  name: 'AssumeRoleWithWebIdentity',
  access: ({ RoleArn }, { tx, operation }) => {
    const role = sts.assumableRole(tx, RoleArn);
    // The trust policy decides once the token has proven who asks.
    return { resource: role.absent ? { ...role, absent: notAuthorized(operation) } : role, alwaysAllowed: true };
  },
  handle: async (input, role, call) => {
    const { WebIdentityToken, ProviderId, RoleSessionName: sessionName } = input;
    const { tx, now } = call;
    const identity = await sts.verifiers.webIdentity(WebIdentityToken, ProviderId, { tx, account: role.account, now });
    return {
      ...beginFederatedSession(sts, role, { ...input, sessionName, identity }, call),
      AssumedRoleUser: assumedRoleUser(role, sessionName),
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      Provider: identity.provider,
      ...(identity.sourceIdentity !== undefined && { SourceIdentity: identity.sourceIdentity }),
    };
  },
});
