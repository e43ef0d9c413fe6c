import type { Call } from '../../kernel/call.ts';
import type { AbsentResource, Access, Conditions } from '../../kernel/operation.ts';
import { inOrganization } from './access.ts';
import { notFound } from './faults.ts';
import { find, type PolicyResource, type TargetResource } from './resources.ts';

/**
 * A policy and what it is attached to, each asked for on its own, as AttachPolicy and DetachPolicy name them; of both the
 * request tells of what type the policy is.
 */
export const policyAndTarget = (
  { PolicyId, TargetId }: { readonly PolicyId: string; readonly TargetId: string },
  call: Call,
): readonly [Access<PolicyResource>, Access<TargetResource>] => {
  const policy = inOrganization(
    call,
    'manager',
    (organization, tx) => find.policy(tx, organization, PolicyId),
    notFound.policy,
  );
  const target = inOrganization(
    call,
    'manager',
    (organization, tx) => find.target(tx, organization, TargetId),
    notFound.target,
  );
  return [{ resource: policy }, { resource: target, conditions: typeOf(policy) }];
};

const typeOf = (policy: PolicyResource | AbsentResource): Conditions => ({
  'organizations:PolicyType': 'record' in policy ? policy.record.type : undefined,
});
