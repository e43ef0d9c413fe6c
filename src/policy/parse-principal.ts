import type { PolicyKind, PolicyPrincipal, PrincipalType } from './ast.ts';
import type { Json } from './json.ts';
import { PolicySyntaxError } from './syntax-error.ts';

const TYPES: ReadonlySet<string> = new Set<PrincipalType>(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/**
 * Reads a Principal or NotPrincipal element: `"*"`, or types with one id or a list of ids.
 *
 * Whether the principals exist is for the caller to check (`principalsOf`).
 *
 * @throws {PolicySyntaxError} an id has none of the forms of its type
 * @see IAM: "Policy elements: Principal"
 */
export function parsePrincipals(element: Json, kind: PolicyKind): readonly PolicyPrincipal[] {
  if (element === '*') return [{ type: 'AWS', id: '*' }];
  if (!(element instanceof Map)) throw invalidPrincipal(kind, 'AWS', typeof element === 'string' ? element : '');
  const principals = [...(element as ReadonlyMap<string, Json>)].flatMap(([type, ids]) => {
    if (!isType(type)) throw new PolicySyntaxError('Syntax errors in policy.');
    return (Array.isArray(ids) ? (ids as readonly Json[]) : [ids]).map((id) => {
      if (typeof id !== 'string') throw new PolicySyntaxError('Syntax errors in policy.');
      if (!isForm(type, id)) throw invalidPrincipal(kind, type, id);
      return { type, id };
    });
  });
  if (principals.length === 0) throw new PolicySyntaxError('Missing required field Principal');
  return principals;
}

const isType = (type: string): type is PrincipalType => TYPES.has(type);

const FORMS: Readonly<Record<PrincipalType, RegExp>> = {
  AWS: /^(?:\*|\d{12}|A(?:IDA|ROA)[A-Z0-9]{12,28}|arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|(?:user|role)\/[^*?\s]+)|sts::\d{12}:(?:assumed-role|federated-user)\/[^*?\s]+|iam::cloudfront:user\/[^*?]+))$/,
  Service: /^[a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+$/i,
  Federated: /^(?:arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/\S+|[a-z0-9][a-z0-9.-]*\.[a-z0-9.-]+)$/i,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

const isForm = (type: PrincipalType, id: string): boolean => FORMS[type].test(id);

const invalidPrincipal = (kind: PolicyKind, type: PrincipalType, id: string): PolicySyntaxError =>
  new PolicySyntaxError(
    kind === 'key'
      ? 'Policy contains a statement with one or more invalid principals.'
      : `Invalid principal in policy: "${type === 'Service' ? 'SERVICE' : type}":"${id}"`,
  );
