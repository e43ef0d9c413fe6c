import {
  type CompiledPolicy,
  compilePolicy,
  type Policy,
  type PolicyKind,
  PolicySyntaxError,
  parsePolicy,
  type Statement,
} from '../policy/policy.ts';
import type { Transaction } from '../store/store.ts';
import type { Principals } from './principals.ts';

/** A policy that names principals, as the record of its resource holds it. */
export interface StoredPolicy {
  /** The document as it was given. */
  readonly text: string;
  /** Stored form of each principal that is not stored as it was written: a user's ARN becomes its unique id. */
  readonly principals: Readonly<Record<string, string>>;
}

/**
 * Parses a policy that a request brings.
 *
 * @param refuse makes the service's error of what is wrong
 * @throws what `refuse` makes
 */
export const parseGiven = (
  text: string,
  kind: PolicyKind,
  refuse: (message: string, cause: PolicySyntaxError) => Error,
): Policy => {
  try {
    return parsePolicy(text, kind);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw refuse(error.message, error);
    throw error;
  }
};

/**
 * Finds the stored form of every principal of type `AWS` that a policy names.
 *
 * @param refuse makes the service's error for a principal that does not exist
 * @throws what `refuse` makes
 */
export const storePolicy = (
  text: string,
  policy: Policy,
  toStored: (principal: string) => string | undefined,
  refuse: (principal: string) => Error,
): StoredPolicy => {
  const principals: Record<string, string> = {};
  for (const id of awsPrincipals(policy)) {
    const form = toStored(id);
    if (form === undefined) throw refuse(id);
    if (form !== id) principals[id] = form;
  }
  return { text, principals };
};

const awsPrincipals = (policy: Policy): Set<string> =>
  new Set(
    policy.statements
      .flatMap(({ principal, notPrincipal }) => principal ?? notPrincipal ?? [])
      .filter(({ type }) => type === 'AWS')
      .map(({ id }) => id),
  );

/** Compiles a stored policy, its principals in their stored form. */
export const compileStored = ({ text, principals }: StoredPolicy, kind: PolicyKind): CompiledPolicy => {
  const policy = parsePolicy(text, kind);
  const toStored = (list: Statement['principal']) => list?.map(({ type, id }) => ({ type, id: principals[id] ?? id }));
  const statements = policy.statements.map((statement) => ({
    ...statement,
    ...(statement.principal && { principal: toStored(statement.principal)! }),
    ...(statement.notPrincipal && { notPrincipal: toStored(statement.notPrincipal)! }),
  }));
  return compilePolicy({ ...policy, statements });
};

/**
 * The document to show: as it was given, unless a principal is now known otherwise (the id of a deleted user in place of
 * its ARN).
 *
 * @param format writes a document that had to be changed
 */
export const displayStored = (
  { text, principals }: StoredPolicy,
  tx: Transaction,
  port: Principals,
  format: (document: object) => string,
): string => {
  const shown = new Map(Object.entries(principals).map(([id, stored]) => [id, port.toDisplayed(tx, stored)]));
  if ([...shown].every(([id, displayed]) => id === displayed)) return text;
  const document = JSON.parse(text) as { Statement: OneOrMany<JsonObject> };
  for (const statement of toList(document.Statement)) {
    for (const element of ['Principal', 'NotPrincipal']) {
      const named = statement[element] as { AWS?: OneOrMany<string> } | undefined;
      if (named?.AWS === undefined) continue;
      const ids = toList(named.AWS).map((id) => shown.get(id) ?? id);
      named.AWS = ids.length === 1 ? ids[0]! : ids;
    }
  }
  return format(document);
};

type JsonObject = Record<string, unknown>;
type OneOrMany<T> = T | readonly T[];

const toList = <T>(value: OneOrMany<T>): readonly T[] => (Array.isArray(value) ? value : [value as T]);
