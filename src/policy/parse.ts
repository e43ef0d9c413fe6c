import type { ConditionLine, Policy, PolicyKind, PolicyPrincipal, Statement } from './ast.ts';
import { parseOperatorName } from './conditions/index.ts';
import { DOCUMENT_ELEMENTS, grammar, STATEMENT_ELEMENTS } from './grammar.ts';
import { type Json, type JsonObject, readJson } from './json.ts';
import { parsePrincipals } from './parse-principal.ts';
import { PolicySyntaxError } from './syntax-error.ts';
import { validatePolicy } from './validate.ts';

/**
 * Reads a policy document and checks it against the grammar of its kind.
 *
 * The caller bounds the size of `text`. Nesting is bounded here.
 *
 * @throws {PolicySyntaxError} with AWS's sentence; the caller adds its service's code (`MalformedPolicyDocument`,
 *   `MalformedPolicyDocumentException`)
 * @see IAM: "Grammar of the IAM JSON policy language"
 */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  const policy = readPolicy(readDocument(text, kind), kind);
  validatePolicy(policy);
  return policy;
}

function readDocument(text: string, kind: PolicyKind): JsonObject {
  try {
    return requireObject(readJson(text));
  } catch (cause) {
    throw new PolicySyntaxError(kind === 'trust' ? 'This policy contains invalid Json' : SYNTAX, { cause });
  }
}

const SYNTAX = 'Syntax errors in policy.';

const syntaxError = (): PolicySyntaxError => new PolicySyntaxError(SYNTAX);

function readPolicy(document: JsonObject, kind: PolicyKind): Policy {
  requireKnown(document, DOCUMENT_ELEMENTS);
  const version = optionalString(document, 'Version');
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') throw syntaxError();
  const id = optionalString(document, 'Id');
  const statement = document.get('Statement');
  const list = Array.isArray(statement) ? (statement as readonly Json[]) : [statement ?? null];
  if (list.length === 0) throw syntaxError();
  const statements = list.map((item) => readStatement(requireObject(item), kind));
  if (grammar[kind].current && version !== '2012-10-17') {
    throw new PolicySyntaxError('Policy document must be version 2012-10-17 or greater.');
  }
  return { kind, version: version ?? '2008-10-17', ...(id !== undefined && { id }), statements };
}

function readStatement(source: JsonObject, kind: PolicyKind): Statement {
  requireKnown(source, STATEMENT_ELEMENTS);
  for (const element of ['Principal', 'Action', 'Resource']) {
    if (source.has(element) && source.has(`Not${element}`)) throw syntaxError();
  }
  const sid = optionalString(source, 'Sid');
  const effect = optionalString(source, 'Effect');
  if (effect === undefined || !/^(allow|deny)$/i.test(effect)) throw syntaxError();
  const rules = grammar[kind];
  for (const element of PRINCIPAL_AND_RESOURCE) {
    const presence = element.endsWith('Principal') ? rules.principal : rules.resource;
    if (presence === 'prohibited' && source.has(element))
      throw new PolicySyntaxError(`Has prohibited field ${element}`);
  }
  const statement = {
    ...optional('sid', sid),
    // Any other spelling fails `validatePolicy`, later than the errors of the same document's syntax.
    effect: effect as Statement['effect'],
    ...optional('action', stringList(source, 'Action')),
    ...optional('notAction', stringList(source, 'NotAction')),
    ...optional('resource', stringList(source, 'Resource')),
    ...optional('notResource', stringList(source, 'NotResource')),
    conditions: readConditions(source.get('Condition')),
    ...optional('principal', principals(source, 'Principal', kind)),
    ...optional('notPrincipal', principals(source, 'NotPrincipal', kind)),
  };
  if (rules.principal === 'required' && !source.has('Principal') && !source.has('NotPrincipal')) {
    throw new PolicySyntaxError('Missing required field Principal');
  }
  return statement;
}

const PRINCIPAL_AND_RESOURCE = ['Principal', 'NotPrincipal', 'Resource', 'NotResource'] as const;

const optional = <Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Value };

function principals(source: JsonObject, element: string, kind: PolicyKind): readonly PolicyPrincipal[] | undefined {
  const value = source.get(element);
  return value === undefined ? undefined : parsePrincipals(value, kind);
}

function readConditions(condition: Json | undefined): readonly ConditionLine[] {
  if (condition === undefined) return [];
  return [...requireObject(condition)].flatMap(([operator, block]) => {
    const lines = [...requireObject(block)];
    if (lines.length > 0 && parseOperatorName(operator) === undefined) throw syntaxError();
    return lines.map(([key, value]) => ({ operator, key, values: conditionValues(value) }));
  });
}

function conditionValues(value: Json): readonly string[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') throw syntaxError();
    return String(item);
  });
}

function stringList(source: JsonObject, element: string): readonly string[] | undefined {
  const value = source.get(element);
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return list.map((item) => {
    if (typeof item !== 'string') throw syntaxError();
    return item;
  });
}

function optionalString(source: JsonObject, element: string): string | undefined {
  const value = source.get(element);
  if (value !== undefined && typeof value !== 'string') throw syntaxError();
  return value;
}

function requireObject(value: Json): JsonObject {
  if (!(value instanceof Map)) throw syntaxError();
  return value as JsonObject;
}

function requireKnown(source: JsonObject, elements: ReadonlySet<string>): void {
  for (const name of source.keys()) if (!elements.has(name)) throw syntaxError();
}
