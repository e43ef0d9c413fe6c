import type { AssumeRoleWithSAMLCommandInput, AssumeRoleWithSAMLCommandOutput } from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import {
  beginFederatedSession,
  federatedAccesses,
  federatedCaller,
  identityOf,
  notAuthorized,
} from '../federated-session.ts';
import type { SamlIdentity } from '../federation.ts';
import { assumedRoleUser, defaultRoleSeconds } from '../sessions.ts';
import type { AssumableRole, Sts } from '../sts.ts';

type AssumeRoleWithSAML = Operation<
  'AssumeRoleWithSAML',
  Input<AssumeRoleWithSAMLCommandInput>,
  Output<AssumeRoleWithSAMLCommandOutput>,
  readonly AssumableRole[]
>;

/**
 * Lets somebody whom a SAML provider vouches for assume a role that trusts the provider. Needs no signature: the assertion
 * is the proof, and names the roles it is good for.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 */
export const assumeRoleWithSaml = (sts: Sts): AssumeRoleWithSAML => ({
  name: 'AssumeRoleWithSAML',
  access: ({ RoleArn }, call) => {
    const identity = identityOf<SamlIdentity>(call);
    return federatedAccesses(sts.assumableRole(call.tx, RoleArn), identity?.sessionName, identity, call);
  },
  identify: async ({ SAMLAssertion, PrincipalArn }, { arn, account }, { tx, now, operation }) => {
    const identity = await sts.verifiers.saml(SAMLAssertion, PrincipalArn, { tx, account, now });
    if (!identity.roleArns.includes(arn)) throw notAuthorized(operation);
    return federatedCaller(identity);
  },
  handle: (input, roles, call) => {
    const role = roles[0]!;
    const identity = identityOf<SamlIdentity>(call)!;
    const { sessionName, sourceIdentity } = identity;
    const DurationSeconds = withinAssertion(input.DurationSeconds ?? defaultRoleSeconds, identity, call.now);
    return {
      ...beginFederatedSession(sts, role, { ...input, DurationSeconds, sessionName, identity }, call),
      AssumedRoleUser: assumedRoleUser(role, sessionName),
      Subject: identity.subject,
      SubjectType: identity.subjectType,
      Issuer: identity.issuer,
      Audience: identity.audience,
      NameQualifier: identity.nameQualifier,
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },
});

/** The session ends with the assertion's SessionNotOnOrAfter, if that is earlier. */
const withinAssertion = (seconds: number, { notAfter }: SamlIdentity, now: Date): number => {
  if (!notAfter) return seconds;
  const remaining = Math.floor((notAfter.getTime() - now.getTime()) / 1000);
  if (remaining <= 0) throw fault('ExpiredTokenException', 'Token must be redeemed within 5 minutes of issuance');
  return Math.min(seconds, remaining);
};
