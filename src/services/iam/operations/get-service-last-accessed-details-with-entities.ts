import type {
  EntityDetails,
  GetServiceLastAccessedDetailsWithEntitiesCommandInput,
  GetServiceLastAccessedDetailsWithEntitiesCommandOutput,
} from '@aws-sdk/client-iam';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { accessReports, entitiesAccessing } from '../access-reports.ts';
import type { Iam } from '../iam.ts';
import { listed } from '../listing.ts';

type GetServiceLastAccessedDetailsWithEntities = Operation<
  'GetServiceLastAccessedDetailsWithEntities',
  Input<GetServiceLastAccessedDetailsWithEntitiesCommandInput>,
  Output<GetServiceLastAccessedDetailsWithEntitiesCommandOutput>
>;

/**
 * Lists the users and roles that a report on last access stands for, with their last use of one service.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
 */
export const getServiceLastAccessedDetailsWithEntities = ({
  serviceUses,
}: Iam): GetServiceLastAccessedDetailsWithEntities => ({
  name: 'GetServiceLastAccessedDetailsWithEntities',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const report = accessReports.get(call.tx, call.account, input.JobId);
    const entities = entitiesAccessing(call.tx, serviceUses, report, input.ServiceNamespace);
    const arnOf = ({ EntityInfo }: EntityDetails): string => EntityInfo!.Arn!;
    const sorted = [...entities].sort((a, b) => (arnOf(a) < arnOf(b) ? -1 : 1));
    const { items, truncation } = listed(input, call, pageOf(sorted, arnOf));
    return {
      JobStatus: 'COMPLETED',
      JobCreationDate: new Date(report.createdAt),
      JobCompletionDate: new Date(report.createdAt),
      EntityDetailsList: [...items],
      ...truncation,
    };
  },
});
