import type { Call } from '../../kernel/call.ts';
import type { Access } from '../../kernel/operation.ts';
import { inOrganization } from './access.ts';
import { notFound } from './faults.ts';
import { find, type PolicyResource, type TargetResource } from './resources.ts';

/** A policy and what it is attached to, each asked for on its own, as AttachPolicy and DetachPolicy name them. */
export const policyAndTarget = (
  { PolicyId, TargetId }: { readonly PolicyId: string; readonly TargetId: string },
  call: Call,
): readonly [Access<PolicyResource>, Access<TargetResource>] => [
  {
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.policy(tx, organization, PolicyId),
      notFound.policy,
    ),
  },
  {
    resource: inOrganization(
      call,
      'manager',
      (organization, tx) => find.target(tx, organization, TargetId),
      notFound.target,
    ),
  },
];
