import type { Principal } from '../../src/policy/policy.ts';

/** A statement as its JSON has it; lists are always lists. */
export interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly AWS?: readonly string[]; readonly Service?: readonly string[] };
  readonly NotPrincipal?: { readonly AWS: readonly string[] };
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A list of statements is a policy. */
export type PlainPolicy = readonly PlainStatement[];

/** A request with all policies that have a say, as written. */
export interface PlainRequest {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly owner: string;
  readonly needsPolicy: boolean;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  readonly identity: readonly PlainPolicy[];
  readonly resourcePolicy?: PlainPolicy;
  readonly boundary?: readonly PlainPolicy[];
  readonly session?: readonly PlainPolicy[];
  readonly scps?: readonly (readonly PlainPolicy[])[];
  readonly rcps?: readonly (readonly PlainPolicy[])[];
  readonly endpoint?: readonly PlainPolicy[];
}

/**
 * Decides a request by reading every statement of every policy as the guide says it, one after the other: no compilation,
 * no index, no memory. The oracle of the engine.
 *
 * @see IAM: "Policy evaluation logic"
 */
export const interpret = (request: PlainRequest): 'allow' | 'explicit deny' | 'implicit deny' => {
  const { principal, owner, resourcePolicy, boundary, session, scps = [], rcps = [], endpoint, identity } = request;
  const own = resourcePolicy ? [resourcePolicy] : [];
  const every = [scps, rcps, endpoint ?? [], own, boundary ?? [], session ?? [], identity].flat(2) as unknown as Flat;
  if (flat(every).some((statement) => statement.Effect === 'Deny' && applies(statement, request, 1))) {
    return 'explicit deny';
  }
  const allows = (policies: readonly PlainPolicy[], closeness = 1) =>
    policies.flat().some((statement) => statement.Effect === 'Allow' && applies(statement, request, closeness));
  const controls = [...scps, ...rcps, ...(endpoint ? [endpoint] : [])];
  if (!controls.every((policies) => allows(policies))) return 'implicit deny';

  const isOfAnAccount = ['root', 'user', 'assumed-role', 'federated-user'].includes(principal.kind);
  const withinLimits = (!boundary || allows(boundary)) && (!session || allows(session));
  const byIdentity = (principal.kind === 'root' || allows(identity)) && withinLimits;
  const answer = (allowed: boolean) => (allowed ? 'allow' : 'implicit deny');
  if (!isOfAnAccount) return answer(allows(own, 3));
  if (principal.account !== owner) return answer(allows(own, 1) && byIdentity);
  if (allows(own, 3)) return 'allow';
  if (allows(own, 2)) return answer(withinLimits);
  return answer((!request.needsPolicy || allows(own, 1)) && byIdentity);
};

type Flat = readonly (PlainStatement | PlainPolicy)[];
const flat = (items: Flat): readonly PlainStatement[] => items.flat() as PlainStatement[];

/** @param closeness 1: the account is named, 2: the role or the federating user, 3: the principal itself or everyone */
const applies = (statement: PlainStatement, request: PlainRequest, closeness: 1 | 2 | 3 | number): boolean => {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const { action, resource, context } = request;
  if (closenessOf(statement, request.principal) < closeness) return false;
  const isAction = (pattern: string) => like(pattern.toLowerCase(), action.toLowerCase());
  if (Action && !Action.some(isAction)) return false;
  if (NotAction?.some(isAction)) return false;
  // What a variable without value excludes is unknown: of an Allow everything, of a Deny nothing.
  const unknown = statement.Effect === 'Allow';
  if (Resource && !Resource.some((pattern) => isResource(pattern, resource, context) === true)) return false;
  if (NotResource?.some((pattern) => isResource(pattern, resource, context) ?? unknown)) return false;
  return Object.entries(Condition).every(([operator, lines]) =>
    Object.entries(lines).every(([key, values]) => holds(operator, context[key.toLowerCase()], values, context)),
  );
};

const closenessOf = ({ Principal: named, NotPrincipal: not, Effect }: PlainStatement, principal: Principal): number => {
  if (not) {
    const { AWS } = not;
    const listed = namesOf(principal).map((names) => names.some((name) => AWS.includes(name)));
    const spared = Effect === 'Deny' ? listed.length > 0 && listed.every(Boolean) : listed.some(Boolean);
    return spared ? 0 : 3;
  }
  if (!named || named === '*' || named.AWS?.includes('*')) return 3;
  const { kind, arn, account } = principal;
  if (kind === 'service') return named.Service?.includes(arn) ? 3 : 0;
  if (kind === 'anonymous') return 0;
  const ids = named.AWS ?? [];
  if (kind !== 'root' && ids.includes(arn)) return 3;
  if (behind(principal).some((name) => ids.includes(name))) return 2;
  return ids.includes(account) || ids.includes(`arn:aws:iam::${account}:root`) ? 1 : 0;
};

/** The role or the user that a session stands on. */
const behind = ({ roleArn, federatedBy }: Principal): readonly string[] =>
  [roleArn, federatedBy?.arn].filter((name) => name !== undefined);

/** Everything that a principal is, each with its names: account, role or user behind it, itself. */
const namesOf = (principal: Principal): readonly (readonly string[])[] => {
  const { kind, arn, account } = principal;
  if (kind === 'anonymous' || kind === 'service') return [];
  const accountNames = [account, `arn:aws:iam::${account}:root`];
  if (kind === 'root') return [accountNames];
  return [accountNames, ...behind(principal).map((name) => [name]), [arn]];
};

/** @returns undefined where a variable has no value */
const isResource = (pattern: string, arn: string, context: PlainRequest['context']): boolean | undefined => {
  if (pattern === '*') return true;
  const resolved = resolve(pattern, context);
  if (resolved === undefined) return undefined;
  const [patterns, parts] = [partsOf(resolved), partsOf(arn)];
  return patterns.length === 6 && parts.length === 6 && patterns.every((part, index) => like(part, parts[index]!));
};

const partsOf = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
};

/** Values are literal: none of those that the tests use has a wildcard. */
const resolve = (text: string, context: PlainRequest['context']): string | undefined => {
  const [, before, key, fallback, after] = /^(.*?)\$\{([\w:/]+)(?:, '([^']*)')?\}(.*)$/.exec(text) ?? [];
  if (key === undefined) return text;
  const value = context[key.toLowerCase()];
  const found = typeof value === 'string' ? value : fallback;
  return found === undefined ? undefined : resolve(`${before}${found}${after}`, context);
};

const holds = (
  written: string,
  actual: string | readonly string[] | undefined,
  values: readonly string[],
  context: PlainRequest['context'],
): boolean => {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written)!;
  const requested = actual === undefined ? [] : [actual].flat();
  if (name === 'Null') return values.includes(String(requested.length === 0));
  const negated = name.includes('Not');
  if (requested.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return set === undefined && negated;
  }
  const compare = comparisons[name.replace('Not', '')]!;
  const matches = (value: string) =>
    values.some((pattern) => {
      const resolved = resolve(pattern, context);
      return resolved !== undefined && compare(value, resolved);
    });
  if (set === 'ForAllValues') return requested.every((value) => matches(value) !== negated);
  if (set === 'ForAnyValue') return requested.some((value) => matches(value) !== negated);
  return requested.some(matches) !== negated;
};

const comparisons: Readonly<Record<string, (actual: string, expected: string) => boolean>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => like(expected, actual),
  NumericEquals: (actual, expected) => Number.parseFloat(actual) === Number.parseFloat(expected),
  NumericLessThan: (actual, expected) => Number.parseFloat(actual) < Number.parseFloat(expected),
  Bool: (actual, expected) => actual === expected && ['true', 'false'].includes(actual),
};

/** `*` and `?` as a regular expression has them. */
const like = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text);
