import type { GetCredentialReportCommandInput, GetCredentialReportCommandOutput } from '@aws-sdk/client-iam';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { credentialReports, reportLifetimeMs } from '../credential-report.ts';

type GetCredentialReport = Operation<
  'GetCredentialReport',
  Input<GetCredentialReportCommandInput>,
  Output<GetCredentialReportCommandOutput>
>;

/**
 * Gives the credential report of the account, where one was made in the last four hours.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
 */
export const getCredentialReport: GetCredentialReport = {
  name: 'GetCredentialReport',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account, now }) => {
    const report = credentialReports.find(tx, account);
    if (!report) {
      throw fault('ReportNotPresent', 'No report exists. Call GenerateCredentialReport to make one.');
    }
    if (now.getTime() - Date.parse(report.generatedAt) >= reportLifetimeMs) {
      throw fault('ReportExpired', 'The report has expired. Call GenerateCredentialReport to make a new one.');
    }
    return {
      Content: Buffer.from(report.csv),
      ReportFormat: 'text/csv',
      GeneratedTime: new Date(report.generatedAt),
    };
  },
};
