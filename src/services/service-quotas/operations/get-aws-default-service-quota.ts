import type {
  GetAWSDefaultServiceQuotaCommandInput,
  GetAWSDefaultServiceQuotaCommandOutput,
} from '@aws-sdk/client-service-quotas';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeDefault } from '../descriptions.ts';
import { noQuota, type ServiceQuotas } from '../service-quotas.ts';

type GetAWSDefaultServiceQuota = Operation<
  'GetAWSDefaultServiceQuota',
  Input<GetAWSDefaultServiceQuotaCommandInput>,
  Output<GetAWSDefaultServiceQuotaCommandOutput>
>;

/**
 * Shows AWS's default value of a quota.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html
 */
export const getAwsDefaultServiceQuota = ({ catalogue }: ServiceQuotas): GetAWSDefaultServiceQuota => ({
  name: 'GetAWSDefaultServiceQuota',
  access: (_input, call) => noQuota(call),
  handle: (input, _resource, call) => {
    return { Quota: describeDefault(catalogue.get(input.ServiceCode, input.QuotaCode), call.region) };
  },
});
