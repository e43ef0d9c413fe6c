import type { Policy, PolicyKind } from './ast.ts';
import { type CompiledStatement, compileStatement } from './statement.ts';
import { type StatementSet, statementSet } from './statement-set.ts';

/** Actions whose candidates one policy remembers; the memory is emptied when full. */
const REMEMBERED_ACTIONS = 1024;

/** The statements of a policy that concern one action. */
export interface Candidates {
  readonly denies: StatementSet;
  readonly allows: StatementSet;
}

const EMPTY = statementSet([]);
const NO_CANDIDATES: Candidates = { denies: EMPTY, allows: EMPTY };

/** One policy after compilation: cheap to evaluate; what it decides never changes. */
export class CompiledPolicy {
  readonly kind: PolicyKind;
  /** ARN or name that tells a reader which policy this is; set where the caller knows one. */
  readonly source: string | undefined;
  readonly statements: readonly CompiledStatement[];
  /** Statements by literal action. */
  readonly #byAction = new Map<string, CompiledStatement[]>();
  /** Statements with wildcards in Action, or with NotAction. */
  readonly #open: readonly CompiledStatement[];
  readonly #remembered = new Map<string, Candidates>();

  constructor(policy: Policy, source?: string) {
    this.kind = policy.kind;
    this.source = source;
    const variables = policy.version === '2012-10-17';
    this.statements = policy.statements
      .map((statement, index) => compileStatement(statement, index, variables))
      .filter((statement) => statement !== undefined);
    this.#open = this.statements.filter(({ literalActions }) => literalActions === undefined);
    for (const statement of this.statements) {
      for (const action of new Set(statement.literalActions)) {
        const list = this.#byAction.get(action);
        if (list === undefined) this.#byAction.set(action, [statement]);
        else list.push(statement);
      }
    }
  }

  /** @param action in any case; compared without regard to it */
  candidates(action: string): Candidates {
    return this.#remembered.get(action) ?? this.#remember(action);
  }

  #remember(action: string): Candidates {
    const name = action.toLowerCase();
    const statements = [
      ...(this.#byAction.get(name) ?? []),
      ...this.#open.filter((statement) => statement.matchesAction(name)),
    ];
    const candidates =
      statements.length === 0
        ? NO_CANDIDATES
        : {
            denies: statementSet(statements.filter(({ effect }) => effect === 'Deny')),
            allows: statementSet(statements.filter(({ effect }) => effect === 'Allow')),
          };
    if (this.#remembered.size >= REMEMBERED_ACTIONS) this.#remembered.clear();
    this.#remembered.set(action, candidates);
    return candidates;
  }
}

/**
 * Compiles a parsed policy.
 *
 * @param source the policy's ARN or name, for explanations
 */
export const compilePolicy = (policy: Policy, source?: string): CompiledPolicy => new CompiledPolicy(policy, source);
