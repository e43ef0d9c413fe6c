import type { CompiledStatement } from './statement.ts';

/** Fewer statements than this are tried one after the other. */
const INDEX_FROM = 16;

/** The statements of one effect that concern one action, found by resource. */
export interface StatementSet {
  readonly size: number;
  /** The first statement, in any order, that passes the test; only those that may concern `arn` are tried. */
  find<Subject>(
    arn: string,
    test: (statement: CompiledStatement, subject: Subject) => boolean,
    subject: Subject,
  ): CompiledStatement | undefined;
}

/**
 * Makes the set. Small ones are lists; large ones are looked up by the literal beginning of their resources, so that
 * thousands of statements about different resources cost a few hash look-ups.
 *
 * @param statements all of the same effect and all concerning the action at hand
 */
export function statementSet(statements: readonly CompiledStatement[]): StatementSet {
  return statements.length < INDEX_FROM ? listSet(statements) : indexedSet(statements);
}

function listSet(statements: readonly CompiledStatement[]): StatementSet {
  return {
    size: statements.length,
    find(_arn, test, subject) {
      for (const statement of statements) if (test(statement, subject)) return statement;
      return undefined;
    },
  };
}

function indexedSet(statements: readonly CompiledStatement[]): StatementSet {
  const open: CompiledStatement[] = [];
  const literals = new Map<string, CompiledStatement[]>();
  const prefixes = new Map<number, Map<string, CompiledStatement[]>>();
  for (const statement of statements) {
    const resources = statement.resources;
    if (resources === undefined || resources.some(({ prefix }) => prefix === '')) {
      open.push(statement);
      continue;
    }
    for (const { literal, prefix } of resources) {
      if (literal !== undefined) append(literals, literal, statement);
      else {
        const ofLength = prefixes.get(prefix.length) ?? new Map<string, CompiledStatement[]>();
        prefixes.set(prefix.length, ofLength);
        append(ofLength, prefix, statement);
      }
    }
  }
  const byLength = [...prefixes];
  return {
    size: statements.length,
    find(arn, test, subject) {
      const first = firstOf(open, test, subject) ?? firstOf(literals.get(arn), test, subject);
      if (first !== undefined) return first;
      for (const [length, statementsOf] of byLength) {
        const found = firstOf(statementsOf.get(arn.slice(0, length)), test, subject);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function append(map: Map<string, CompiledStatement[]>, key: string, statement: CompiledStatement): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [statement]);
  else list.push(statement);
}

function firstOf<Subject>(
  statements: readonly CompiledStatement[] | undefined,
  test: (statement: CompiledStatement, subject: Subject) => boolean,
  subject: Subject,
): CompiledStatement | undefined {
  if (statements === undefined) return undefined;
  for (const statement of statements) if (test(statement, subject)) return statement;
  return undefined;
}
