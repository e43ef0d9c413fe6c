/**
 * The policy engine's public face: parse a document, compile it, ask it.
 *
 * @module
 */
export type { ConditionLine, Policy, PolicyKind, PolicyPrincipal, Statement } from './ast.ts';
export { type CompiledPolicy, compilePolicy } from './compile.ts';
export { type ContextLookup, Spellings } from './context.ts';
export {
  type Allowed,
  type Decision,
  type Denied,
  type DeniedRequest,
  type PolicyType,
  renderDenial,
} from './decision.ts';
export {
  type AuthorizationRequest,
  evaluate,
  findRefusingControl,
  type GrantMatch,
  type ProtectedResource,
} from './evaluate.ts';
export { type Explanation, explain, type Mismatch, type StatementOutcome } from './explain.ts';
export { findOverlyPermissiveCondition, principalsOf } from './key-policy.ts';
export { parsePolicy } from './parse.ts';
export type { Principal, PrincipalKind } from './principal.ts';
export type { CompiledStatement } from './statement.ts';
export { PolicySyntaxError } from './syntax-error.ts';
