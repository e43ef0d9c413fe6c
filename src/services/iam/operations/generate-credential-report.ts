import type { GenerateCredentialReportCommandInput, GenerateCredentialReportCommandOutput } from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { credentialReports, type ReportSources, reportLifetimeMs, writeReport } from '../credential-report.ts';
import { timestamp } from '../names.ts';

type GenerateCredentialReport = Operation<
  'GenerateCredentialReport',
  Input<GenerateCredentialReportCommandInput>,
  Output<GenerateCredentialReportCommandOutput>
>;

/**
 * Makes the credential report of the account, unless there is one that is younger than four hours.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
 */
export const generateCredentialReport = (sources: ReportSources): GenerateCredentialReport => ({
  name: 'GenerateCredentialReport',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (_input, _resource, { tx, account, now }) => {
    const report = credentialReports.find(tx, account);
    if (report && now.getTime() - Date.parse(report.generatedAt) < reportLifetimeMs) return { State: 'COMPLETE' };
    const csv = writeReport(tx, account, sources, now);
    credentialReports.put(tx, account, { generatedAt: timestamp(now), csv });
    return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
  },
});
