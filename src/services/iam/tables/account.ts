import type { Service } from '../../../kernel/operation.ts';
import type { Iam } from '../iam.ts';
import { createAccountAlias } from '../operations/create-account-alias.ts';
import { deleteAccountAlias } from '../operations/delete-account-alias.ts';
import { deleteAccountPasswordPolicy } from '../operations/delete-account-password-policy.ts';
import { disableOutboundWebIdentityFederation } from '../operations/disable-outbound-web-identity-federation.ts';
import { enableOutboundWebIdentityFederation } from '../operations/enable-outbound-web-identity-federation.ts';
import { generateCredentialReport } from '../operations/generate-credential-report.ts';
import { getAccountAuthorizationDetails } from '../operations/get-account-authorization-details.ts';
import { getAccountPasswordPolicy } from '../operations/get-account-password-policy.ts';
import { getAccountSummary } from '../operations/get-account-summary.ts';
import { getCredentialReport } from '../operations/get-credential-report.ts';
import { getOutboundWebIdentityFederationInfo } from '../operations/get-outbound-web-identity-federation-info.ts';
import { listAccountAliases } from '../operations/list-account-aliases.ts';
import { setSecurityTokenServicePreferences } from '../operations/set-security-token-service-preferences.ts';
import { updateAccountPasswordPolicy } from '../operations/update-account-password-policy.ts';

/** Operations on accounts as a whole. */
export const accountOperations = (iam: Iam): Service['operations'] => [
  createAccountAlias,
  deleteAccountAlias,
  deleteAccountPasswordPolicy,
  disableOutboundWebIdentityFederation(iam),
  enableOutboundWebIdentityFederation(iam),
  generateCredentialReport(iam),
  getAccountAuthorizationDetails(iam),
  getAccountPasswordPolicy,
  getAccountSummary(iam),
  getCredentialReport,
  getOutboundWebIdentityFederationInfo(iam),
  listAccountAliases,
  setSecurityTokenServicePreferences,
  updateAccountPasswordPolicy,
];
