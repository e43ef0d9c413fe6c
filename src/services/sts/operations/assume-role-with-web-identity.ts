import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { beginFederatedSession, federatedAccesses, federatedCaller, identityOf } from '../federated-session.ts';
import { assumedRoleUser } from '../sessions.ts';
import type { AssumableRole, Sts } from '../sts.ts';

type AssumeRoleWithWebIdentity = Operation<
  'AssumeRoleWithWebIdentity',
  Input<AssumeRoleWithWebIdentityCommandInput>,
  Output<AssumeRoleWithWebIdentityCommandOutput>,
  readonly AssumableRole[]
>;

/**
 * Lets somebody whom an OpenID Connect provider vouches for assume a role that trusts the provider. Needs no signature:
 * the token is the proof.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export const assumeRoleWithWebIdentity = (sts: Sts): AssumeRoleWithWebIdentity => ({
  name: 'AssumeRoleWithWebIdentity',
  access: ({ RoleArn, RoleSessionName }, call) =>
    federatedAccesses(sts.assumableRole(call.tx, RoleArn), RoleSessionName, identityOf(call), call),
  identify: async ({ WebIdentityToken, ProviderId }, { account }, { tx, now }) =>
    federatedCaller(await sts.verifiers.webIdentity(WebIdentityToken, ProviderId, { tx, account, now })),
  handle: (input, roles, call) => {
    const role = roles[0]!;
    const identity = identityOf(call)!;
    const { RoleSessionName: sessionName } = input;
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
