import type { Service } from '../../../kernel/operation.ts';
import { createPolicy } from '../operations/create-policy.ts';
import { createPolicyVersion } from '../operations/create-policy-version.ts';
import { deletePolicy } from '../operations/delete-policy.ts';
import { deletePolicyVersion } from '../operations/delete-policy-version.ts';
import { getPolicy } from '../operations/get-policy.ts';
import { getPolicyVersion } from '../operations/get-policy-version.ts';
import { listEntitiesForPolicy } from '../operations/list-entities-for-policy.ts';
import { listPolicies } from '../operations/list-policies.ts';
import { listPolicyTags } from '../operations/list-policy-tags.ts';
import { listPolicyVersions } from '../operations/list-policy-versions.ts';
import { setDefaultPolicyVersion } from '../operations/set-default-policy-version.ts';
import { tagPolicy } from '../operations/tag-policy.ts';
import { untagPolicy } from '../operations/untag-policy.ts';

/** Operations on managed policies. */
export const policyOperations: Service['operations'] = [
  createPolicy,
  createPolicyVersion,
  deletePolicy,
  deletePolicyVersion,
  getPolicy,
  getPolicyVersion,
  listEntitiesForPolicy,
  listPolicies,
  listPolicyTags,
  listPolicyVersions,
  setDefaultPolicyVersion,
  tagPolicy,
  untagPolicy,
];
