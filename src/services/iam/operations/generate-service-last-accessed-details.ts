import type {
  GenerateServiceLastAccessedDetailsCommandInput,
  GenerateServiceLastAccessedDetailsCommandOutput,
} from '@aws-sdk/client-iam';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { accessReports, subjectResource } from '../access-reports.ts';

type GenerateServiceLastAccessedDetails = Operation<
  'GenerateServiceLastAccessedDetails',
  Input<GenerateServiceLastAccessedDetailsCommandInput>,
  Output<GenerateServiceLastAccessedDetailsCommandOutput>
>;

/**
 * Asks for a report on which services a user, group, role or managed policy was last used for.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 */
export const generateServiceLastAccessedDetails: GenerateServiceLastAccessedDetails = {
  name: 'GenerateServiceLastAccessedDetails',
  access: ({ Arn }, { tx, account }) => ({ resource: subjectResource(tx, account, Arn) }),
  handle: ({ Arn, Granularity = 'SERVICE_LEVEL' }, _subject, { tx, account, now }) => ({
    JobId: accessReports.create(tx, { account, subject: Arn, granularity: Granularity }, now).jobId,
  }),
};
