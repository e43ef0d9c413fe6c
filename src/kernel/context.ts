import { type ContextLookup, Spellings } from '../policy/policy.ts';
import type { Call, VpcOrigin } from './call.ts';
import type { Caller } from './caller.ts';
import { foldCase } from './fold-case.ts';
import type { Access, Conditions } from './operation.ts';
import type { Membership } from './organizations.ts';

type Source = (call: Call, access: Access) => string | readonly string[] | undefined;

/** Global condition keys that a server can know, by lower-cased name. @see IAM: "AWS global condition context keys" */
const globalKeys: ReadonlyMap<string, Source> = new Map<string, Source>(
  Object.entries({
    'aws:assumedroot': ({ caller }) => (isAssumedRoot(caller) ? 'true' : undefined),
    'aws:calledvia': ({ via }) => via,
    'aws:calledviafirst': ({ via }) => via?.[0],
    'aws:calledvialast': ({ via }) => via?.at(-1),
    'aws:currenttime': ({ now }) => now.toISOString(),
    'aws:epochtime': ({ now }) => String(Math.floor(now.getTime() / 1000)),
    'aws:federatedprovider': ({ caller }) => caller.session?.federatedProvider,
    'aws:multifactorauthage': ({ caller, now }) => secondsSince(caller.session?.mfaAuthenticatedAt, now),
    'aws:multifactorauthpresent': ({ caller }) =>
      caller.session ? String(caller.session.mfaAuthenticatedAt !== undefined) : undefined,
    'aws:principalaccount': ({ caller }) => caller.account || undefined,
    'aws:principalarn': ({ caller }) => (isOfAnAccount(caller) ? (caller.roleArn ?? caller.arn) : undefined),
    'aws:principalisawsservice': ({ caller }) => String(caller.kind === 'service'),
    'aws:principalorgid': ({ organizations, tx, caller }) =>
      organizations.membershipOf(tx, caller.account)?.organizationId,
    'aws:principalorgpaths': ({ organizations, tx, caller }) => pathsOf(organizations.membershipOf(tx, caller.account)),
    'aws:principalservicename': ({ caller }) => (caller.kind === 'service' ? caller.arn : undefined),
    'aws:principalservicenameslist': ({ caller }) => (caller.kind === 'service' ? serviceNamesOf(caller) : undefined),
    'aws:principaltype': ({ caller }) => principalTypes[caller.kind],
    'aws:referer': ({ origin }) => origin.referer,
    'aws:requestedregion': ({ region }) => region,
    'aws:resourceaccount': (_call, { resource }) => resource.account,
    'aws:resourceorgid': ({ organizations, tx }, { resource }) =>
      organizations.membershipOf(tx, resource.account)?.organizationId,
    'aws:resourceorgpaths': ({ organizations, tx }, { resource }) =>
      pathsOf(organizations.membershipOf(tx, resource.account)),
    'aws:securetransport': ({ origin }) => String(origin.secure),
    'aws:sourceaccount': ({ caller }) => caller.source?.account,
    'aws:sourcearn': ({ caller }) => caller.source?.arn,
    'aws:sourceidentity': ({ caller }) => caller.session?.sourceIdentity,
    'aws:sourceip': ({ origin, via }) => (via || origin.vpc ? undefined : origin.sourceIp),
    'aws:sourceorgid': ({ organizations, tx, caller }) =>
      caller.source && organizations.membershipOf(tx, caller.source.account)?.organizationId,
    'aws:sourceorgpaths': ({ organizations, tx, caller }) =>
      caller.source && pathsOf(organizations.membershipOf(tx, caller.source.account)),
    'aws:sourcevpc': ({ origin }) => origin.vpc?.id,
    'aws:sourcevpce': ({ origin }) => origin.vpc?.endpointId,
    'aws:sourcevpcarn': ({ origin, region }) => origin.vpc && vpcArn(origin.vpc, region),
    'aws:tokenissuetime': ({ caller }) => caller.session?.issuedAt.toISOString(),
    'aws:useragent': ({ origin }) => origin.userAgent,
    'aws:userid': ({ caller }) => userIdOf(caller),
    'aws:username': ({ caller }) => caller.userName,
    'aws:viaawsservice': ({ via }) => String(via !== undefined),
    'aws:vpceaccount': ({ origin }) => endpointOwner(origin),
    'aws:vpceorgid': (call) => endpointMembership(call)?.organizationId,
    'aws:vpceorgpaths': (call) => pathsOf(endpointMembership(call)),
    'aws:vpcsourceip': ({ origin }) => (origin.vpc ? origin.sourceIp : undefined),
  }),
);

/** Neither services nor those whom only an identity provider or nobody vouches for. */
const isOfAnAccount = ({ account }: Caller): boolean => account !== '';

/** Whoever asks for a role with a proof of identity has no user id yet: that of the session names the role. */
const userIdOf = ({ kind, userId }: Caller): string | undefined => {
  if (kind === 'anonymous') return 'anonymous';
  return kind === 'federated' ? undefined : userId || undefined;
};

/** AssumeRoot gives the root user a session that policies narrow; so does, to somebody else, a delegation by root. */
const isAssumedRoot = ({ kind, session }: Caller): boolean =>
  kind === 'root' && session?.policies !== undefined && session.delegate === undefined;

const vpcArn = ({ id, account }: VpcOrigin, region: string): string | undefined =>
  id === undefined || account === undefined ? undefined : `arn:aws:ec2:${region}:${account}:vpc/${id}`;

const endpointOwner = ({ vpc }: Call['origin']): string | undefined =>
  vpc?.endpointId === undefined ? undefined : vpc.account;

const endpointMembership = ({ origin, organizations, tx }: Call): Membership | undefined => {
  const owner = endpointOwner(origin);
  return owner === undefined ? undefined : organizations.membershipOf(tx, owner);
};

/** The service's own name and the one without a Region: `logs.eu-west-2.amazonaws.com`, `logs.amazonaws.com`. */
const serviceNamesOf = ({ arn }: Caller): readonly string[] => [
  ...new Set([arn, arn.replace(/^([a-z0-9-]+)\.[a-z]{2,}(?:-[a-z]+)+-\d\.(?=amazonaws\.)/, '$1.')]),
];

const pathsOf = (membership: Membership | undefined): readonly string[] | undefined => membership && [membership.path];

/** `aws:PrincipalType` of each kind of principal. @see IAM: "aws:PrincipalType" */
export const principalTypes: Readonly<Record<string, string>> = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
};

/**
 * The request context of one access: nothing is computed before a policy asks for it.
 *
 * Order: keys of the operation, keys of the resource, tags, global keys.
 */
export const contextOf = (call: Call, access: Access): ContextLookup => {
  let own: Map<string, string | readonly string[]> | undefined;
  return (key) => {
    own ??= lowerCased(access.resource.conditions?.(call), conditionsOf(access));
    const value = own.get(key);
    if (value !== undefined) return value;
    return (
      taggedValue(key, 'aws:principaltag/', call.caller.tags) ??
      taggedValue(key, 'aws:resourcetag/', access.resource.tags) ??
      globalKeys.get(key)?.(call, access) ??
      call.caller.session?.federatedConditions?.[key]
    );
  };
};

const conditionsOf = ({ conditions }: Access): Conditions | undefined =>
  typeof conditions === 'function' ? conditions() : conditions;

const lowerCased = (...layers: readonly (Conditions | undefined)[]): Map<string, string | readonly string[]> => {
  const map = new Map<string, string | readonly string[]>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer ?? {})) {
      if (value === undefined) continue;
      const folded = foldCase(key);
      map.set(folded, map.has(folded) ? spelled(layer!, folded)! : value);
    }
  }
  return map;
};

/** What a key has, in all its spellings. */
const spelled = (values: Conditions, folded: string): string | readonly string[] | undefined => {
  const keys = Object.keys(values).filter((key) => foldCase(key) === folded);
  return keys.length > 1 ? Spellings.from(keys.flatMap((key) => values[key] ?? [])) : values[keys[0] ?? ''];
};

/** Tag keys in condition keys compare without case. @see IAM: "Controlling access using tags" */
const taggedValue = (
  key: string,
  prefix: string,
  tags: Readonly<Record<string, string>> | undefined,
): string | readonly string[] | undefined =>
  tags && key.startsWith(prefix) ? spelled(tags, key.slice(prefix.length)) : undefined;

const secondsSince = (moment: Date | undefined, now: Date): string | undefined =>
  moment && String(Math.floor((now.getTime() - moment.getTime()) / 1000));
