import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  evaluate,
  type PolicyKind,
  type Principal,
  parsePolicy,
  renderDenial,
} from './policy.ts';

/** A statement list stands for a policy of version 2012-10-17; an object is a whole document. */
type PolicyText = readonly object[] | object;

/** One row of a case file; what it leaves out comes from the file's `defaults`. */
interface PolicyCase {
  readonly name: string;
  /** A name from principals.json. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Owner of the resource. */
  readonly account: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The whole Condition of an identity policy that allows everything. */
  readonly condition?: object;
  readonly identity?: readonly PolicyText[];
  readonly boundary?: PolicyText;
  readonly session?: readonly PolicyText[];
  readonly scps?: readonly PolicyText[];
  readonly rcps?: readonly PolicyText[];
  readonly vpcEndpoint?: PolicyText;
  readonly resourcePolicy?: PolicyText;
  readonly trustPolicy?: PolicyText;
  readonly keyPolicy?: PolicyText;
  readonly grant?: 'principal' | 'account' | 'none';
  /** `allow <by>`, `deny <policy type>` (explicit) or `none <policy type>` (implicit). */
  readonly expect: string;
  /** The AccessDenied sentence. */
  readonly says?: string;
  /** See `DeniedRequest`. */
  readonly on?: string;
  readonly sameOrganization?: boolean;
}

interface CaseFile {
  readonly about: string;
  readonly defaults: Partial<PolicyCase>;
  readonly cases: readonly Partial<PolicyCase>[];
}

const folder = new URL('./cases/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const principals = read('principals.json') as Readonly<Record<string, Principal>>;

for (const name of readdirSync(folder).filter((file) => file !== 'principals.json' && file.endsWith('.json'))) {
  const file = read(name) as CaseFile;
  describe(file.about, () => {
    for (const row of file.cases) {
      const policyCase = { ...file.defaults, ...row } as PolicyCase;
      it(policyCase.name, () => {
        const request = requestOf(policyCase);
        const decision = evaluate(request);
        assert.equal(format(decision), policyCase.expect);
        if (policyCase.says !== undefined) assert.equal(sentence(decision, request, policyCase), policyCase.says);
      });
    }
  });
}

function requestOf(row: PolicyCase): AuthorizationRequest {
  const principal = principals[row.principal];
  assert.ok(principal, `no principal ${row.principal}`);
  const context = new Map(Object.entries(row.context ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  const policy = resourcePolicyOf(row);
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const identity = row.condition === undefined ? row.identity : [[{ ...everything, Condition: row.condition }]];
  return {
    principal,
    action: row.action,
    resource: {
      arn: row.resource,
      account: row.account,
      ...(policy !== undefined && { policy }),
      policyRequired: row.keyPolicy !== undefined || row.trustPolicy !== undefined,
    },
    context: (key) => context.get(key),
    identity: compileAll(identity, 'identity'),
    ...(row.boundary !== undefined && { boundary: compileAll([row.boundary], 'managed') }),
    ...(row.session !== undefined && { session: compileAll(row.session, 'identity') }),
    ...(row.scps !== undefined && { scps: row.scps.map((level) => compileAll([level], 'scp')) }),
    ...(row.rcps !== undefined && { rcps: row.rcps.map((level) => compileAll([level], 'rcp')) }),
    ...(row.vpcEndpoint !== undefined && { vpcEndpoint: compileAll([row.vpcEndpoint], 'vpc-endpoint') }),
    ...(row.grant !== undefined && { grants: () => (row.grant === 'none' ? undefined : row.grant) }),
  };
}

function resourcePolicyOf(row: PolicyCase): CompiledPolicy | undefined {
  if (row.keyPolicy !== undefined) return compileText(row.keyPolicy, 'key');
  if (row.trustPolicy !== undefined) return compileText(row.trustPolicy, 'trust');
  return row.resourcePolicy === undefined ? undefined : compileText(row.resourcePolicy, 'resource');
}

const compileAll = (policies: readonly PolicyText[] | undefined, kind: PolicyKind): readonly CompiledPolicy[] =>
  (policies ?? []).map((policy) => compileText(policy, kind));

function compileText(policy: PolicyText, kind: PolicyKind): CompiledPolicy {
  const document = Array.isArray(policy) ? { Version: '2012-10-17', Statement: policy } : policy;
  return compilePolicy(parsePolicy(JSON.stringify(document), kind));
}

function format(decision: Decision): string {
  if (decision.allowed) return `allow ${decision.by}`;
  return `${decision.explicit ? 'deny' : 'none'} ${decision.policyType}`;
}

function sentence(decision: Decision, request: AuthorizationRequest, row: PolicyCase): string {
  assert.ok(!decision.allowed);
  return renderDenial(decision, {
    principalArn: request.principal.arn,
    action: request.action,
    resourceArn: request.resource.arn,
    on: row.on,
    sameOrganization: row.sameOrganization,
  });
}
