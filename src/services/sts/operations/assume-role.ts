import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Call } from '../../../kernel/call.ts';
import type { Caller } from '../../../kernel/caller.ts';
import { type Fault, fault } from '../../../kernel/fault.ts';
import type { Conditions, Input, Operation, Output } from '../../../kernel/operation.ts';
import { tagRecordConditions } from '../../../kernel/request-tags.ts';
import { inheritedTags, type SessionTags, withInherited } from '../role-chaining.ts';
import { sessionPolicies, sessionTags } from '../session-input.ts';
import { assumedRoleUser, beginSession, defaultRoleSeconds, requireWithinRole, roleClaims } from '../sessions.ts';
import type { AssumableRole, Sts } from '../sts.ts';

type AssumeRole = Operation<
  'AssumeRole',
  Input<AssumeRoleCommandInput>,
  Output<AssumeRoleCommandOutput>,
  readonly AssumableRole[]
>;

/**
 * Gives a caller whom the role's trust policy lets in credentials with the permissions of the role.
 *
 * Passing session tags and a source identity, also those inherited from the caller's own role session, needs permissions
 * of its own, on both sides like the role itself.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole = (sts: Sts): AssumeRole => ({
  name: 'AssumeRole',
  access: (input, call) => {
    requireAssumer(call.caller);
    const withMfa = input.SerialNumber !== undefined || input.TokenCode !== undefined;
    if (withMfa) sts.requireMfa(call.tx, call.caller, input, call.now);
    const resource = sts.assumableRole(call.tx, input.RoleArn);
    const { tags, transitiveTagKeys } = tagsOf(input, call);
    const sourceIdentity = sourceIdentityOf(input, call);
    const conditions: Conditions = {
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:ExternalId': input.ExternalId,
      'sts:SourceIdentity': sourceIdentity,
      ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveTagKeys }),
      ...(withMfa && { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' }),
      ...tagRecordConditions(tags),
    };
    const actions = [
      'sts:AssumeRole',
      ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
      ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
      ...(input.ProvidedContexts?.length ? ['sts:SetContext'] : []),
    ];
    return actions.map((action) => ({ action, resource, conditions }));
  },
  handle: (input, roles, call) => {
    const role = roles[0]!;
    const [context] = input.ProvidedContexts ?? [];
    if (context) throw unknownProvider(context.ProviderArn);
    const seconds = input.DurationSeconds ?? defaultRoleSeconds;
    if (isRoleSession(call.caller) && seconds > maxChainedSeconds) throw fault('ValidationError', chainedTooLong);
    requireWithinRole(seconds, role);
    const policies = sessionPolicies(input, role.account, sts, call.tx);
    const { tags, transitiveTagKeys } = tagsOf(input, call);
    const sourceIdentity = sourceIdentityOf(input, call);
    const mfaAuthenticatedAt = mfaTime(input, call);
    const claims = {
      ...roleClaims(role, input.RoleSessionName),
      ...(policies && { policies }),
      ...(Object.keys(tags).length > 0 && { tags }),
      ...(transitiveTagKeys.length > 0 && { transitiveTagKeys }),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(mfaAuthenticatedAt && { mfaAuthenticatedAt: Math.floor(mfaAuthenticatedAt.getTime() / 1000) }),
      ...(call.caller.unverified && { unverified: true as const }),
      ...serviceFacts(call.caller, input.RoleSessionName, role.account, call.region),
    };
    return {
      ...beginSession(sts, claims, seconds, call.now),
      AssumedRoleUser: assumedRoleUser(role, input.RoleSessionName),
      ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
    };
  },
});

/** No context provider is here whose assertions could be verified. */
const unknownProvider = (providerArn = ''): Fault =>
  fault('ValidationError', `The context provider ${providerArn} is not available on this server.`);

/**
 * What a service says of the sessions it begins, in every request of theirs: EC2, whose sessions are named by instance ids, and
 * Lambda.
 *
 * @see IAM: "ec2:SourceInstanceArn", "ec2:RoleDelivery", "lambda:SourceFunctionArn"
 */
const serviceFacts = ({ kind, arn, source }: Caller, sessionName: string, account: string, region: string) => {
  if (kind !== 'service') return undefined;
  if (arn === 'lambda.amazonaws.com' && source) {
    return { federatedConditions: { 'lambda:sourcefunctionarn': source.arn } };
  }
  if (arn !== 'ec2.amazonaws.com') return undefined;
  const instance = `arn:aws:ec2:${region}:${account}:instance/${sessionName}`;
  return { federatedConditions: { 'ec2:sourceinstancearn': instance, 'ec2:roledelivery': '2.0' } };
};

/** Longest session of a role that was assumed from another role, in seconds. */
const maxChainedSeconds = 3600;
const chainedTooLong =
  'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';

const isRoleSession = ({ kind }: Caller): boolean => kind === 'assumed-role';

/** Open mode's administrators act for an account without being its root: they may. */
const requireAssumer = ({ kind, unverified }: Caller): void => {
  if (kind === 'root' && !unverified) throw fault('AccessDenied', 'Roles may not be assumed by root accounts.');
  if (kind === 'federated-user') throw fault('AccessDenied', 'Cannot call AssumeRole with federation credentials');
};

const tagsOf = (input: Parameters<AssumeRole['access']>[0], { caller }: Call): SessionTags =>
  withInherited({ tags: sessionTags(input), transitiveTagKeys: input.TransitiveTagKeys ?? [] }, inheritedTags(caller));

/** Set once and for all: later roles of the chain inherit it. */
const sourceIdentityOf = (
  { SourceIdentity }: Pick<AssumeRoleCommandInput, 'SourceIdentity'>,
  { caller }: Call,
): string | undefined => {
  const inherited = caller.session?.sourceIdentity;
  if (inherited === undefined || SourceIdentity === undefined || inherited === SourceIdentity) {
    return SourceIdentity ?? inherited;
  }
  throw fault('AccessDenied', "The session's source identity is set already and cannot be changed.");
};

/** A code sent now counts, and so does the MFA of a user's own session; that of a role session does not go on. */
const mfaTime = ({ TokenCode }: Pick<AssumeRoleCommandInput, 'TokenCode'>, { caller, now }: Call): Date | undefined => {
  if (TokenCode !== undefined) return now;
  return caller.kind === 'user' ? caller.session?.mfaAuthenticatedAt : undefined;
};
