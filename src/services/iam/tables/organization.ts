import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { disableOrganizationsRootCredentialsManagement } from '../operations/disable-organizations-root-credentials-management.ts';
import { disableOrganizationsRootSessions } from '../operations/disable-organizations-root-sessions.ts';
import { enableOrganizationsRootCredentialsManagement } from '../operations/enable-organizations-root-credentials-management.ts';
import { enableOrganizationsRootSessions } from '../operations/enable-organizations-root-sessions.ts';
import { generateOrganizationsAccessReport } from '../operations/generate-organizations-access-report.ts';
import { getOrganizationsAccessReport } from '../operations/get-organizations-access-report.ts';
import { listOrganizationsFeatures } from '../operations/list-organizations-features.ts';

/** Operations on what organizations centralize. */
export const organizationOperations = (iam: Iam): Service['operations'] => [
  disableOrganizationsRootCredentialsManagement,
  disableOrganizationsRootSessions,
  enableOrganizationsRootCredentialsManagement,
  enableOrganizationsRootSessions,
  generateOrganizationsAccessReport,
  getOrganizationsAccessReport(iam),
  listOrganizationsFeatures,
];
