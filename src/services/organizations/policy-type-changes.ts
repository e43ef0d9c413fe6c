import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { attachDefaultEverywhere, detachEverywhere } from './default-attachments.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { requirePolicies } from './policy-changes.ts';
import type { PolicyType } from './policy-types.ts';

/** @throws {Fault} PolicyTypeAlreadyEnabledException, PolicyTypeNotAvailableForOrganizationException */
export const enablePolicyType = (
  tx: Transaction,
  organization: OrganizationRecord,
  type: PolicyType,
): OrganizationRecord => {
  requirePolicies(organization);
  if (organization.policyTypes.includes(type)) {
    throw fault('PolicyTypeAlreadyEnabledException', 'The specified policy type is already enabled.');
  }
  attachDefaultEverywhere(tx, organization, type);
  return organizations.update(tx, organization.id, { policyTypes: [...organization.policyTypes, type] });
};

/** @throws {Fault} PolicyTypeNotEnabledException */
export const disablePolicyType = (
  tx: Transaction,
  organization: OrganizationRecord,
  type: PolicyType,
): OrganizationRecord => {
  if (!organization.policyTypes.includes(type)) {
    throw fault('PolicyTypeNotEnabledException', 'This operation can be performed only for enabled policy types.');
  }
  detachEverywhere(tx, organization, type);
  const policyTypes = organization.policyTypes.filter((enabled) => enabled !== type);
  return organizations.update(tx, organization.id, { policyTypes });
};
