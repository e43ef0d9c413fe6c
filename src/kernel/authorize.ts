import { type Decision, renderDenial } from '../policy/decision.ts';
import { evaluate } from '../policy/evaluate.ts';
import type { Call } from './call.ts';
import type { Identities } from './caller.ts';
import { contextOf } from './context.ts';
import { controlPoliciesOf } from './control-policies.ts';
import { fault } from './fault.ts';
import type { Access } from './operation.ts';

/**
 * Lets the access pass or throws AWS's AccessDenied with the reason. Deny is the default: only an explicit decision allows.
 *
 * @param decided told of every decision, before it takes effect; must not throw
 * @throws {Fault} AccessDenied
 */
export const authorize = (
  access: Access,
  call: Call,
  identities: Identities,
  decided?: (decision: Decision) => void,
): void => {
  if (access.alwaysAllowed) return;
  const { caller } = call;
  const action = access.action ?? `${call.service}:${call.operation}`;
  const { scps, rcps, sameOrganization } = controlPoliciesOf(call, action, access.resource);
  const decision = evaluate({
    principal: caller,
    action,
    resource: access.resource,
    context: contextOf(call, access),
    scps,
    rcps,
    ...identities.policiesOf(call.tx, caller),
  });
  decided?.(decision);
  if (decision.allowed) return;
  const principalArn = caller.arn;
  const resourceArn = access.resource.arn;
  const asked = { principalArn, action, resourceArn, on: access.deniedOn, sameOrganization };
  throw fault('AccessDenied', renderDenial(decision, asked));
};
