import type {
  GenerateOrganizationsAccessReportCommandInput,
  GenerateOrganizationsAccessReportCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { organizationReports } from '../organization-reports.ts';

type GenerateOrganizationsAccessReport = Operation<
  'GenerateOrganizationsAccessReport',
  Input<GenerateOrganizationsAccessReportCommandInput>,
  Output<GenerateOrganizationsAccessReportCommandOutput>
>;

/**
 * Asks for a report on which services an organization, a unit or an account of it was last used for.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
 */
export const generateOrganizationsAccessReport: GenerateOrganizationsAccessReport = {
  name: 'GenerateOrganizationsAccessReport',
  access: ({ EntityPath, OrganizationsPolicyId }, { account }) => ({
    resource: { arn: `arn:aws:iam::${account}:access-report/${EntityPath}`, account },
    conditions: { 'iam:OrganizationsPolicyId': OrganizationsPolicyId },
  }),
  handle: ({ EntityPath, OrganizationsPolicyId: policyId }, _report, { tx, account, now }) => {
    const given = { account, entityPath: EntityPath, ...(policyId !== undefined && { policyId }) };
    return { JobId: organizationReports.create(tx, given, now).jobId };
  },
};
