import type { ContextEntry, EvaluationResult, PolicySourceType, Statement } from '@aws-sdk/client-iam';
import type { Call } from '../../kernel/call.ts';
import type { PrincipalPolicies } from '../../kernel/caller.ts';
import { controlPoliciesOf } from '../../kernel/control-policies.ts';
import { fault } from '../../kernel/fault.ts';
import { inTurns } from '../../kernel/in-turns.ts';
import type { Organizations } from '../../kernel/organizations.ts';
import {
  type AuthorizationRequest,
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  evaluate,
  findRefusingControl,
  type Policy,
  type PolicyKind,
  PolicySyntaxError,
  type Principal,
  parsePolicy,
} from '../../policy/policy.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { invalidMarker, listed, type Truncation } from './listing.ts';
import { SimulatedContext } from './simulated-context.ts';

/** What both simulations take. */
export interface SimulationInput {
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** What both simulations answer. */
export interface SimulationOutput extends Truncation {
  readonly EvaluationResults: EvaluationResult[];
}

/**
 * Asks the policy engine, the same that decides live requests, about every action on every resource. Control policies
 * bound the answer where principal or resource are of the account that asks: what others are bound by is not told.
 *
 * @param policies the identity's policies and boundary, each with a source that tells where it comes from
 * @throws {Fault} `InvalidInput` for a malformed policy or action
 */
export const simulate = async (
  input: SimulationInput,
  call: Call,
  principal: Principal,
  policies: PrincipalPolicies,
): Promise<SimulationOutput> => {
  const { ActionNames, ResourceArns = ['*'] } = input;
  requireShortValues(input.ContextEntries);
  const invalid = ActionNames.find((action) => !/^[\w-]+:[\w-]+$/.test(action));
  if (invalid !== undefined) throw fault('InvalidInput', `Invalid Action: ${invalid}`);
  const [policy] = await compileInput(
    call.account,
    input.ResourcePolicy === undefined ? [] : [input.ResourcePolicy],
    'ResourcePolicy',
  );
  const account = ownerOf(input) ?? principal.account;
  const { items, truncation } = listed(input, call, questions(ActionNames, ResourceArns));
  const asking = { ...call, organizations: ownOnly(call) };
  const EvaluationResults = await inTurns(call.account, items, ({ action, arn }) => {
    const context = new SimulatedContext(principal, account, asking, input.ContextEntries);
    const resource = { arn, account, ...(policy && { policy, policyRequired: action.startsWith('kms:') }) };
    const { scps, rcps } = controlPoliciesOf({ ...asking, caller: principal }, action, resource);
    return answer({ principal, action, resource, context: context.lookup, scps, rcps, ...policies }, context);
  });
  return { EvaluationResults, ...truncation };
};

/** Longest value of a context key, in characters: as long as all of an encryption context. Ours: AWS names no limit. */
const maxValueChars = 8192;

const requireShortValues = (entries: readonly ContextEntry[] = []): void => {
  const long = entries.find((entry) => entry.ContextKeyValues?.some((value) => value.length > maxValueChars));
  if (long !== undefined) {
    const { ContextKeyName } = long;
    throw fault('InvalidInput', `A value of ${ContextKeyName} is longer than ${maxValueChars} characters.`);
  }
};

/** Most characters of the policies in one member of a request. Ours: AWS names a limit for each of them only. */
const maxPolicyChars = 524_288;

const requireFew = (documents: readonly string[], member: InputMember): void => {
  if (documents.reduce((sum, document) => sum + document.length, 0) > maxPolicyChars) {
    throw fault('InvalidInput', `The policies of ${member} have more than ${maxPolicyChars} characters.`);
  }
};

/** Every action on every resource, of which only those are made that are asked for: a request names more than fit into memory. */
const questions =
  (actions: readonly string[], arns: readonly string[]) =>
  ({ after, limit }: PageRequest): Page<{ readonly action: string; readonly arn: string }> => {
    const first = after === undefined ? 0 : Number(after) + 1;
    if (!Number.isSafeInteger(first)) throw invalidMarker();
    const total = actions.length * arns.length;
    const end = Math.min(first + limit, total);
    const items = Array.from({ length: Math.max(0, end - first) }, (_, index) => ({
      action: actions[Math.floor((first + index) / arns.length)]!,
      arn: arns[(first + index) % arns.length]!,
    }));
    return { items, next: end < total ? String(end - 1) : undefined };
  };

/** Organizations, as far as they concern the account that asks. */
const ownOnly = ({ account: own, organizations }: Call): Organizations => ({
  membershipOf: (tx, account) => (account === own ? organizations.membershipOf(tx, account) : undefined),
  isClosed: (tx, account) => account === own && organizations.isClosed(tx, account),
});

/** A user of the account of whom nothing is known. */
export const unknownPrincipal = (account: string): Principal => ({
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/*`,
  userId: '*',
});

/**
 * Compiles the policies of a request; each is called `<member>.1`, `<member>.2`, … in the answer.
 *
 * @throws {Fault} `InvalidInput`
 */
export const compileInput = async (
  account: string,
  documents: readonly string[],
  member: InputMember,
): Promise<readonly CompiledPolicy[]> => {
  requireFew(documents, member);
  return inTurns(account, documents.entries(), ([index, document]) =>
    compilePolicy(parsed(document, index, member), `${member}.${index + 1}`),
  );
};

/**
 * Parses the policies of a request.
 *
 * @throws {Fault} `InvalidInput`
 */
export const parseInput = (account: string, documents: readonly string[]): Promise<readonly Policy[]> =>
  inTurns(account, documents.entries(), ([index, document]) => parsed(document, index, 'PolicyInputList'));

const parsed = (document: string, index: number, member: InputMember): Policy => {
  try {
    return parsePolicy(document, kinds[member]);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    throw fault('InvalidInput', `Invalid Content ${member}.${index + 1}: ${error.message}`);
  }
};

type InputMember = 'PolicyInputList' | 'PermissionsBoundaryPolicyInputList' | 'ResourcePolicy';

const kinds: Readonly<Record<InputMember, PolicyKind>> = {
  PolicyInputList: 'identity',
  PermissionsBoundaryPolicyInputList: 'identity',
  ResourcePolicy: 'resource',
};

const ownerOf = ({ ResourceOwner }: SimulationInput): string | undefined => {
  if (ResourceOwner === undefined) return undefined;
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(ResourceOwner)?.[1];
  if (account === undefined) throw fault('InvalidInput', `Invalid Owner: ${ResourceOwner}`);
  return account;
};

const answer = (request: AuthorizationRequest, context: SimulatedContext): EvaluationResult => {
  const { principal, action, resource, boundary, scps, rcps } = request;
  const decision = evaluate(request);
  const own = {
    principal,
    action,
    resource: { arn: resource.arn, account: principal.account },
    context: context.lookup,
  };
  return {
    EvalActionName: action,
    EvalResourceName: resource.arn,
    EvalDecision: decisionName(decision),
    MatchedStatements: matchedStatements(decision),
    ...((scps ?? rcps) && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: findRefusingControl(request) === undefined },
    }),
    ...(boundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary: evaluate({ ...own, identity: boundary }).allowed,
      },
    }),
    MissingContextValues: [...context.missing],
  };
};

const decisionName = (decision: Decision): EvaluationResult['EvalDecision'] => {
  if (decision.allowed) return 'allowed';
  return decision.explicit ? 'explicitDeny' : 'implicitDeny';
};

/** Control policies are not shown: they belong to the organization's management account. */
const matchedStatements = (decision: Decision): Statement[] => {
  const { policy } = decision;
  if (policy?.source === undefined || isOfOrganization(decision)) return [];
  const { source } = policy;
  return [{ SourcePolicyId: source.slice(source.lastIndexOf('/') + 1), SourcePolicyType: sourceType(source) }];
};

const isOfOrganization = (decision: Decision): boolean =>
  !decision.allowed && (decision.policyType === 'scp' || decision.policyType === 'rcp');

/** Managed policies are known by ARN, policies of the request by member, and inline ones by kind, holder and name. */
const sourceType = (source: string): PolicySourceType => {
  if (source.startsWith('arn:aws:iam::aws:')) return 'aws-managed';
  if (source.startsWith('arn:')) return 'user-managed';
  if (source.startsWith('ResourcePolicy.')) return 'resource';
  return (/^(user|group|role)_/.exec(source)?.[1] ?? 'none') as PolicySourceType;
};
