import type { PolicyPrincipal } from './ast.ts';
import type { Principal } from './principal.ts';

/** The statement is not about this principal. */
export const NO_MATCH = 0;
/** Its account is named: the account's own identity policies decide. */
export const ACCOUNT_MATCH = 1;
/** Its role, or the user behind a federated user, is named: granted, but boundary and session policies still limit. */
export const ROLE_MATCH = 2;
/** The principal itself (user, session, service) or everyone is named: no implicit deny limits the grant. */
export const DIRECT_MATCH = 3;

/** How closely a Principal element names a principal; higher is closer. */
export type PrincipalMatch = typeof NO_MATCH | typeof ACCOUNT_MATCH | typeof ROLE_MATCH | typeof DIRECT_MATCH;

/** A compiled Principal element. */
export type PrincipalTest = (principal: Principal) => PrincipalMatch;

/**
 * Compiles a Principal element. `*`, also as `{"AWS": "*"}`, means everyone: services and the anonymous principal too.
 *
 * @see IAM: "Policy elements: Principal"; "Policy evaluation logic" for what each kind of match is worth
 */
export function compilePrincipal(principals: readonly PolicyPrincipal[]): PrincipalTest {
  const listed = listedPrincipals(principals);
  if (listed.everyone) return () => DIRECT_MATCH;
  return (principal) => closestMatch(listed, principal);
}

/**
 * Compiles a NotPrincipal element.
 *
 * With Allow it means everyone of whom nothing is listed. With Deny a principal is exempt only where all that it is
 * (account; role, or user behind a federated user; session) is listed, because each of them is evaluated.
 *
 * @see IAM: "Policy elements: NotPrincipal"
 */
export function compileNotPrincipal(principals: readonly PolicyPrincipal[], effect: 'Allow' | 'Deny'): PrincipalTest {
  const listed = listedPrincipals(principals);
  if (listed.everyone) return () => NO_MATCH;
  if (effect === 'Allow')
    return (principal) => (closestMatch(listed, principal) === NO_MATCH ? DIRECT_MATCH : NO_MATCH);
  return (principal) => (isWhollyListed(listed, principal) ? NO_MATCH : DIRECT_MATCH);
}

/** A Principal element, sorted by what an entry is compared with. */
interface ListedPrincipals {
  readonly everyone: boolean;
  /** Account ids, from `123456789012` and from root ARNs. */
  readonly accounts: ReadonlySet<string>;
  /** ARNs and unique ids of users, roles and sessions. */
  readonly identities: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
  readonly canonicalUsers: ReadonlySet<string>;
}

function listedPrincipals(principals: readonly PolicyPrincipal[]): ListedPrincipals {
  const aws = idsOf(principals, 'AWS');
  const accounts = new Set(aws.map(accountOf).filter((account) => account !== undefined));
  return {
    everyone: aws.includes('*'),
    accounts,
    identities: new Set(aws.filter((id) => accountOf(id) === undefined)),
    services: new Set(idsOf(principals, 'Service')),
    providers: new Set(idsOf(principals, 'Federated')),
    canonicalUsers: new Set(idsOf(principals, 'CanonicalUser')),
  };
}

const idsOf = (principals: readonly PolicyPrincipal[], type: PolicyPrincipal['type']): string[] =>
  principals.filter((principal) => principal.type === type).map(({ id }) => id);

/** The account that an entry stands for as a whole; undefined where it names less. */
const accountOf = (id: string): string | undefined => /^(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?$/.exec(id)?.[1];

function closestMatch(listed: ListedPrincipals, principal: Principal): PrincipalMatch {
  switch (principal.kind) {
    case 'anonymous':
      return NO_MATCH;
    case 'service':
      return listed.services.has(principal.arn) ? DIRECT_MATCH : NO_MATCH;
    case 'federated':
      return listed.providers.has(principal.arn) ? DIRECT_MATCH : NO_MATCH;
    case 'assumed-role':
      if (listed.identities.has(principal.arn)) return DIRECT_MATCH;
      if (isRoleListed(listed, principal)) return ROLE_MATCH;
      break;
    case 'user':
      if (isIdentityListed(listed, principal)) return DIRECT_MATCH;
      break;
    case 'federated-user':
      if (listed.identities.has(principal.arn)) return DIRECT_MATCH;
      if (principal.federatedBy && isIdentityListed(listed, principal.federatedBy)) return ROLE_MATCH;
  }
  return isAccountListed(listed, principal) ? ACCOUNT_MATCH : NO_MATCH;
}

function isWhollyListed(listed: ListedPrincipals, principal: Principal): boolean {
  switch (principal.kind) {
    case 'anonymous':
    case 'service':
    case 'federated':
      return closestMatch(listed, principal) === DIRECT_MATCH;
    case 'root':
      return isAccountListed(listed, principal);
    case 'assumed-role':
      return (
        isAccountListed(listed, principal) && isRoleListed(listed, principal) && listed.identities.has(principal.arn)
      );
    case 'user':
      return isAccountListed(listed, principal) && isIdentityListed(listed, principal);
    case 'federated-user':
      return (
        isAccountListed(listed, principal) &&
        (principal.federatedBy === undefined || isIdentityListed(listed, principal.federatedBy)) &&
        listed.identities.has(principal.arn)
      );
  }
}

const isIdentityListed = (
  { identities }: ListedPrincipals,
  { arn, uniqueId }: Pick<Principal, 'arn' | 'uniqueId'>,
): boolean => identities.has(arn) || (uniqueId !== undefined && identities.has(uniqueId));

const isRoleListed = ({ identities }: ListedPrincipals, { roleArn, uniqueId }: Principal): boolean =>
  (roleArn !== undefined && identities.has(roleArn)) || (uniqueId !== undefined && identities.has(uniqueId));

const isAccountListed = (listed: ListedPrincipals, { account, canonicalUserId }: Principal): boolean =>
  listed.accounts.has(account) || (canonicalUserId !== undefined && listed.canonicalUsers.has(canonicalUserId));
