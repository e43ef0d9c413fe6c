import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { generateServiceLastAccessedDetails } from '../operations/generate-service-last-accessed-details.ts';
import { getContextKeysForCustomPolicy } from '../operations/get-context-keys-for-custom-policy.ts';
import { getContextKeysForPrincipalPolicy } from '../operations/get-context-keys-for-principal-policy.ts';
import { getServiceLastAccessedDetails } from '../operations/get-service-last-accessed-details.ts';
import { getServiceLastAccessedDetailsWithEntities } from '../operations/get-service-last-accessed-details-with-entities.ts';
import { listPoliciesGrantingServiceAccess } from '../operations/list-policies-granting-service-access.ts';
import { simulateCustomPolicy } from '../operations/simulate-custom-policy.ts';
import { simulatePrincipalPolicy } from '../operations/simulate-principal-policy.ts';

/** Operations on simulation and reports on access. */
export const reportOperations = (iam: Iam): Service['operations'] => [
  generateServiceLastAccessedDetails,
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
  getServiceLastAccessedDetails(iam),
  getServiceLastAccessedDetailsWithEntities(iam),
  listPoliciesGrantingServiceAccess,
  simulateCustomPolicy,
  simulatePrincipalPolicy,
];
