import type { JournalDecision } from '../journal/record.ts';
import { type AuthorizationRequest, type Decision, type Denied, evaluate, renderDenial } from '../policy/policy.ts';
import type { Call } from './call.ts';
import type { Identities } from './caller.ts';
import { contextOf } from './context.ts';
import { controlPoliciesOf } from './control-policies.ts';
import { decisionRecordOf } from './decision-record.ts';
import { fault } from './fault.ts';
import type { Access, Resource } from './operation.ts';

/**
 * Lets the access pass or throws AWS's AccessDenied with the reason. Deny is the default: only an explicit decision allows.
 *
 * @param decisions gets what the journal keeps of the decision
 * @param decided told of every decision, before it takes effect; must not throw
 * @throws {Fault} AccessDenied
 */
export const authorize = (
  access: Access,
  call: Call,
  input: object,
  identities: Identities,
  decisions: JournalDecision[],
  decided?: (decision: Decision) => void,
): void => {
  if (access.alwaysAllowed) return;
  const { caller } = call;
  const action = access.action ?? `${call.service}:${call.operation}`;
  const { scps, rcps, sameOrganization } = controlPoliciesOf(call, action, access.resource);
  const request: AuthorizationRequest = {
    principal: caller,
    action,
    resource: access.resource,
    context: contextOf(call, access),
    grants: () => access.resource.grants?.(action, input, call),
    scps,
    rcps,
    ...identities.policiesOf(call.tx, caller),
  };
  const decision = isOfClosedAccount(call, access.resource) ? refusedByClosure : evaluate(request);
  decided?.(decision);
  decisions.push(decisionRecordOf(request, decision));
  if (decision.allowed) return;
  if (access.refusal) throw access.refusal;
  const principalArn = caller.arn;
  const resourceArn = access.resource.arn;
  const asked = { principalArn, action, resourceArn, on: access.deniedOn, sameOrganization };
  throw fault('AccessDenied', renderDenial(decision, asked));
};

/** Nobody reaches what a closed account has; its own principals do not even get here. */
const isOfClosedAccount = ({ tx, caller, organizations }: Call, { account }: Resource): boolean =>
  account !== caller.account && organizations.isClosed(tx, account);

const refusedByClosure: Denied = { allowed: false, explicit: false, policyType: 'resource', crossAccount: true };
