import type { Node } from 'yaml';
import { findIamTable } from '../../model/iam-data.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicyKind, Principal } from '../../policy/policy.ts';
import { textIn } from '../../setting-values.ts';
import { LocatedYaml } from './located-yaml.ts';
import { defaultKeyPolicy, PolicySources } from './policy-source.ts';
import { contextOfPrincipal, principalOf } from './principal.ts';

/** What a case may expect; `deny` takes either refusal. */
const expectations = ['allow', 'deny', 'explicit deny', 'implicit deny'] as const;

/** One case of a policy test. @see docs/policy-tests.md */
export interface PolicyCase {
  readonly name: string;
  /** Where it is in the file, from 1. */
  readonly line: number;
  readonly request: AuthorizationRequest;
  readonly expect: (typeof expectations)[number];
  /** Type of policy that decides, and the Sid of the statement, `identity UseKeys`; absent: whatever does. */
  readonly reason?: string;
}

/**
 * Reads a file of cases.
 *
 * @throws {ConfigError} with file, line and column, and what is to be written instead
 */
export const readCaseFile = (path: string): readonly PolicyCase[] => {
  const file = new LocatedYaml(path, textIn('files', path));
  const root = file.mapping(file.root, 'the file', ['defaults', 'cases']);
  const reader = new CaseReader(file, path);
  const defaults = root.get('defaults');
  const common = defaults ? file.mapping(defaults, 'defaults', caseFields) : new Map<string, Node>();
  const cases = root.get('cases');
  const items = cases && file.findItems(cases);
  if (!items || items.length === 0)
    throw file.error(cases ?? file.root, 'cases: expected a list with at least one case');
  return items.map((item) => reader.read(item, common));
};

const caseFields = ['name', 'principal', 'action', 'resource', 'context', 'policies', 'expect', 'reason'];
const policyFields = ['identity', 'resource', 'boundary', 'session', 'scp', 'rcp', 'vpc-endpoint'];

class CaseReader {
  readonly #file: LocatedYaml;
  readonly #sources: PolicySources;

  constructor(file: LocatedYaml, path: string) {
    this.#file = file;
    this.#sources = new PolicySources(file, path);
  }

  read(item: Node, defaults: ReadonlyMap<string, Node>): PolicyCase {
    const own = this.#file.mapping(item, 'case', caseFields);
    const policies = this.#policies(defaults.get('policies'), own.get('policies'));
    const fields = new Map([...defaults, ...own]);
    const need = (field: string): Node => {
      const node = fields.get(field);
      if (!node) throw this.#file.error(item, `the case has no "${field}"`);
      return node;
    };
    const principal = this.#principal(need('principal'));
    const action = this.#action(need('action'));
    const resource = this.#resource(need('resource'), principal);
    const given = this.#context(defaults.get('context'), own.get('context'));
    const context = new Map([...contextOfPrincipal(principal), ['aws:resourceaccount', resource.account], ...given]);
    const name = own.get('name');
    const reason = fields.get('reason');
    return {
      name: name ? this.#file.text(name, 'name') : `${action} by ${principal.arn}`,
      line: this.#file.lineOf(item),
      request: {
        principal,
        action,
        context: (key) => context.get(key),
        ...this.#decidingPolicies(policies, resource, action),
      },
      expect: this.#expectation(need('expect')),
      ...(reason && { reason: this.#file.text(reason, 'reason') }),
    };
  }

  #principal(node: Node): Principal {
    const written = this.#file.findScalar(node);
    const fields = written === undefined ? this.#file.mapping(node, 'principal', ['arn', 'role', 'tags']) : undefined;
    const tags = fields?.get('tags');
    const role = fields?.get('role');
    const found = principalOf(written ?? this.#file.text(fields!.get('arn') ?? node, 'principal.arn'), {
      ...(role && { role: this.#file.text(role, 'principal.role') }),
      ...(tags && { tags: this.#texts(tags, 'principal.tags') }),
    });
    if (typeof found === 'string') throw this.#file.error(node, `principal: ${found}`);
    return found;
  }

  #action(node: Node): string {
    const action = this.#file.text(node, 'action');
    if (/[*?]/.test(action))
      throw this.#file.error(node, `action: a request has one action; "${action}" is a pattern, for policies`);
    const [prefix = '', name] = action.split(':');
    if (name === undefined)
      throw this.#file.error(node, `action: "${action}" has no service; expected one such as kms:Encrypt`);
    const known = Object.keys(findIamTable(prefix.toLowerCase())?.actions ?? {});
    if (known.length > 0 && !known.some((other) => other.toLowerCase() === name.toLowerCase())) {
      const like = known.find((other) => isLike(other.toLowerCase(), name.toLowerCase()));
      throw this.#file.error(
        node,
        `action: ${prefix} has no action ${name}${like === undefined ? '' : `; is ${prefix}:${like} meant?`}`,
      );
    }
    return action;
  }

  #resource(node: Node, principal: Principal): { readonly arn: string; readonly account: string } {
    const written = this.#file.findScalar(node);
    const fields = written === undefined ? this.#file.mapping(node, 'resource', ['arn', 'account']) : undefined;
    const arn = written ?? this.#file.text(fields!.get('arn') ?? node, 'resource.arn');
    if (arn !== '*' && arn.split(':').length < 6)
      throw this.#file.error(node, `resource: "${arn}" is neither an ARN nor *`);
    if (arn !== '*' && /[*?]/.test(arn))
      throw this.#file.error(node, `resource: a request has one resource; "${arn}" is a pattern, for policies`);
    const account = fields?.get('account');
    const owner = account ? this.#file.text(account, 'resource.account') : arn.split(':')[4] || principal.account;
    if (!/^\d{12}$/.test(owner)) {
      throw this.#file.error(account ?? node, 'resource: whose is it? Write {arn: …, account: "12 digits"}, in quotes');
    }
    return { arn, account: owner };
  }

  #context(...nodes: readonly (Node | undefined)[]): ReadonlyMap<string, string | readonly string[]> {
    const context = new Map<string, string | readonly string[]>();
    for (const node of nodes) {
      if (!node) continue;
      for (const [key, value] of this.#file.mapping(node, 'context')) {
        if (!key.includes(':'))
          throw this.#file.error(value, `context: "${key}" is no condition key, such as aws:SourceIp`);
        const items = this.#file.findItems(value);
        const text = (item: Node) => this.#file.text(item, `context ${key}`);
        context.set(key.toLowerCase(), items ? items.map(text) : text(value));
      }
    }
    return context;
  }

  #policies(...nodes: readonly (Node | undefined)[]): ReadonlyMap<string, Node> {
    return new Map(nodes.flatMap((node) => (node ? [...this.#file.mapping(node, 'policies', policyFields)] : [])));
  }

  #decidingPolicies(
    policies: ReadonlyMap<string, Node>,
    resource: { readonly arn: string; readonly account: string },
    action: string,
  ): Pick<AuthorizationRequest, 'resource' | 'identity' | 'boundary' | 'session' | 'scps' | 'rcps' | 'vpcEndpoint'> {
    const compiled = (field: string, kind: PolicyKind): readonly CompiledPolicy[] | undefined => {
      const node = policies.get(field);
      return (
        node &&
        this.#several(node).map((item, index) => this.#sources.compile(item, kind, `${field} policy ${index + 1}`))
      );
    };
    const levels = (field: 'scp' | 'rcp') => {
      const node = policies.get(field);
      return node && this.#several(node).map((level, index) => this.#level(level, field, index));
    };
    const [boundary, session, vpcEndpoint] = [
      compiled('boundary', 'managed'),
      compiled('session', 'identity'),
      compiled('vpc-endpoint', 'vpc-endpoint'),
    ];
    const [scps, rcps] = [levels('scp'), levels('rcp')];
    return {
      resource: { ...resource, ...this.#resourcePolicy(policies.get('resource'), resource, action) },
      identity: compiled('identity', 'identity') ?? [],
      ...(boundary && { boundary }),
      ...(session && { session }),
      ...(scps && { scps }),
      ...(rcps && { rcps }),
      ...(vpcEndpoint && { vpcEndpoint }),
    };
  }

  /** A level of an organization: one policy, or `{level: [several]}`. */
  #level(node: Node, kind: 'scp' | 'rcp', index: number): readonly CompiledPolicy[] {
    const value = this.#file.toJson(node);
    const isLevel = typeof value === 'object' && value !== null && 'level' in value;
    const items = isLevel ? this.#several(this.#file.mapping(node, kind, ['level']).get('level')!) : [node];
    return items.map((item) => this.#sources.compile(item, kind, `${kind} of level ${index + 1}`));
  }

  #resourcePolicy(
    node: Node | undefined,
    { arn, account }: { readonly arn: string; readonly account: string },
    action: string,
  ): Pick<AuthorizationRequest['resource'], 'policy' | 'policyRequired'> {
    const kind: PolicyKind = arn.startsWith('arn:aws:kms:')
      ? 'key'
      : /^sts:assume/i.test(action)
        ? 'trust'
        : 'resource';
    if (node)
      return { policy: this.#sources.compile(node, kind, 'resource policy'), policyRequired: kind !== 'resource' };
    if (kind !== 'key' || !/:key\//.test(arn)) return { policyRequired: kind === 'trust' };
    return { policy: defaultKeyPolicy(account), policyRequired: true };
  }

  /** A list of policies, or one; a list of statements is one. */
  #several(node: Node): readonly Node[] {
    const items = this.#file.findItems(node);
    const isPolicy = items?.some((item) => {
      const value = this.#file.toJson(item);
      return typeof value === 'object' && value !== null && 'Effect' in value;
    });
    return items && !isPolicy ? items : [node];
  }

  #expectation(node: Node): PolicyCase['expect'] {
    const written = this.#file.text(node, 'expect');
    const found = expectations.find((expectation) => expectation === written);
    if (!found) throw this.#file.error(node, `expect: "${written}" is not one of ${expectations.join(', ')}`);
    return found;
  }

  #texts(node: Node, what: string): Readonly<Record<string, string>> {
    const entries = [...this.#file.mapping(node, what)];
    return Object.fromEntries(entries.map(([name, value]) => [name, this.#file.text(value, `${what}.${name}`)]));
  }
}

/** One letter more, less or other, or two letters exchanged. */
const isLike = (a: string, b: string): boolean => {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return (restA.length <= 1 && restB.length <= 1) || (restA.length === 2 && restA === [...restB].reverse().join(''));
};
