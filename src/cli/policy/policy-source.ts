import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Node } from 'yaml';
import {
  type CompiledPolicy,
  compilePolicy,
  type PolicyKind,
  PolicySyntaxError,
  parsePolicy,
} from '../../policy/policy.ts';
import { awsManagedPolicies } from '../../services/iam/aws-managed-policies.ts';
import { defaultVersion } from '../../services/iam/policies.ts';
import { parseYaml } from '../../yaml.ts';
import type { LocatedYaml } from './located-yaml.ts';

/** Compiles the policies of a case file: written in place, in files beside it, or AWS's own by ARN. */
export class PolicySources {
  readonly #file: LocatedYaml;
  readonly #folder: string;
  readonly #ofFiles = new Map<string, CompiledPolicy>();

  /** @param path of the case file; others are found from its folder */
  constructor(file: LocatedYaml, path: string) {
    this.#file = file;
    this.#folder = dirname(path);
  }

  /**
   * Reads one policy: a document, a list of statements (then of version 2012-10-17), JSON text, the path of a file, or the
   * ARN of an AWS managed policy.
   *
   * @param name what it is called in explanations, where it is written in place
   * @throws {ConfigError} with the place, and the sentence that AWS would answer
   */
  compile(node: Node, kind: PolicyKind, name: string): CompiledPolicy {
    const text = this.#file.findScalar(node);
    if (text === undefined)
      return this.#compileText(JSON.stringify(documentOf(this.#file.toJson(node))), kind, node, name);
    if (text.trimStart().startsWith('{')) return this.#compileText(text, kind, node, name);
    const key = `${kind} ${text}`;
    let policy = this.#ofFiles.get(key);
    if (!policy) {
      policy = this.#compileText(this.#documentAt(text, node), kind, node, text);
      this.#ofFiles.set(key, policy);
    }
    return policy;
  }

  #compileText(text: string, kind: PolicyKind, node: Node, name: string): CompiledPolicy {
    try {
      return compilePolicy(parsePolicy(text, kind), name);
    } catch (error) {
      if (error instanceof PolicySyntaxError)
        throw this.#file.error(node, `${name}: ${error.message.replace(/\.?$/, '.')}${hintOf(text, kind)}`);
      throw error;
    }
  }

  #documentAt(place: string, node: Node): string {
    if (place.startsWith('arn:')) {
      const managed = awsManagedPolicies.find(place);
      if (!managed)
        throw this.#file.error(node, `${place} is no AWS managed policy; write others in place or in a file`);
      return defaultVersion(managed).document;
    }
    let text: string;
    try {
      text = readFileSync(resolve(this.#folder, place), 'utf8');
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
      throw this.#file.error(node, `${place}: ${why} (looked for from ${this.#folder})`);
    }
    return /\.ya?ml$/.test(place) ? JSON.stringify(documentOf(parseYaml(text))) : text;
  }
}

/** The policy of a KMS key whose case names none: it delegates to the account. @see KMS: "Default key policy" */
export const defaultKeyPolicy = (account: string): CompiledPolicy => {
  const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
  return compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'key'), 'default key policy');
};

const documentOf = (value: unknown): unknown =>
  Array.isArray(value) ? { Version: '2012-10-17', Statement: value } : value;

/** What people most often get wrong, in addition to AWS's sentence. */
const hintOf = (text: string, kind: PolicyKind): string => {
  if (text.trim() === '') return ' The file is empty.';
  try {
    const document = JSON.parse(text) as Record<string, unknown> | null;
    if (document && typeof document === 'object' && !('Statement' in document)) return ' It has no Statement.';
    const statements = [document?.Statement].flat() as readonly (Record<string, unknown> | null)[];
    const withPrincipal = statements.some((statement) => statement && 'Principal' in statement);
    if (ownerKinds.includes(kind) && withPrincipal) return ' Only resource policies have a Principal.';
    const cases = statements.flatMap((statement) => Object.keys(statement ?? {})).find((name) => /^[a-z]/.test(name));
    return cases === undefined ? '' : ` Elements are written with a capital letter: "${cases}".`;
  } catch (error) {
    return error instanceof SyntaxError ? ` It is no JSON: ${error.message}.` : '';
  }
};

const ownerKinds: readonly PolicyKind[] = ['identity', 'managed', 'scp'];
