import { fault } from '../../kernel/fault.ts';
import { parseGiven } from '../../kernel/stored-policy.ts';
import { type CompiledPolicy, compilePolicy, parsePolicy } from '../../policy/policy.ts';

/** The two kinds of identity policies: customer managed ones must be of version 2012-10-17. */
export type IdentityPolicyKind = 'managed' | 'identity';

/** @throws {Fault} `MalformedPolicyDocument` with the first thing that is wrong */
export const requireWellFormed = (document: string, kind: IdentityPolicyKind): void => {
  parseGiven(document, kind, (message, cause) => fault('MalformedPolicyDocument', message, { cause }));
};

/**
 * Compiles a document that was accepted before.
 *
 * @param source ARN or name of the policy, for explanations
 * @throws {PolicySyntaxError} it would not be accepted now; whoever depends on it is refused
 */
export const compileDocument = (document: string, source: string): CompiledPolicy =>
  compilePolicy(parsePolicy(document, 'identity'), source);

/** What IAM counts against policy quotas: characters that are not white space. */
export const countedLength = (document: string): number => document.replace(/\s/g, '').length;

/** How IAM shows documents in its answers: percent-encoded, RFC 3986 §2.3. */
export const encodeDocument = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
