import type { Job } from '../../events/scheduler.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Principals } from '../../kernel/principals.ts';
import type { QuotaValues } from '../../kernel/quota.ts';
import { addTagsToResource } from './operations/add-tags-to-resource.ts';
import { deleteParameter } from './operations/delete-parameter.ts';
import { deleteParameters } from './operations/delete-parameters.ts';
import { deleteResourcePolicy } from './operations/delete-resource-policy.ts';
import { describeParameters } from './operations/describe-parameters.ts';
import { getParameter } from './operations/get-parameter.ts';
import { getParameterHistory } from './operations/get-parameter-history.ts';
import { getParameters } from './operations/get-parameters.ts';
import { getParametersByPath } from './operations/get-parameters-by-path.ts';
import { getResourcePolicies } from './operations/get-resource-policies.ts';
import { getServiceSetting } from './operations/get-service-setting.ts';
import { labelParameterVersion } from './operations/label-parameter-version.ts';
import { listTagsForResource } from './operations/list-tags-for-resource.ts';
import { putParameter } from './operations/put-parameter.ts';
import { putResourcePolicy } from './operations/put-resource-policy.ts';
import { removeTagsFromResource } from './operations/remove-tags-from-resource.ts';
import { resetServiceSetting } from './operations/reset-service-setting.ts';
import { unlabelParameterVersion } from './operations/unlabel-parameter-version.ts';
import { updateServiceSetting } from './operations/update-service-setting.ts';
import { Parameters } from './parameters.ts';
import { policyJobs } from './policy-timers.ts';
import { allQuotas, requestQuotas } from './quotas.ts';
import { serviceSettings } from './service-settings.ts';
import type { Ssm } from './ssm.ts';

/** Parameter Store: the service, and what its policies do by themselves. */
export interface SsmService extends Service {
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What Parameter Store stands on. */
export interface SsmParts {
  readonly principals: Principals;
  /** Quotas in force. */
  readonly applied: QuotaValues;
}

/** Sets up Parameter Store: configuration and secrets by path, versioned, secrets under KMS. */
export const ssm = ({ principals, applied }: SsmParts): SsmService => {
  const parameters = new Parameters(applied);
  return {
    name: 'ssm',
    operations: operationsOf({ parameters, principals }),
    jobs: policyJobs(parameters),
    requestQuotas: requestQuotas(
      ({ tx, account, region }) =>
        serviceSettings.valueOf(tx, account, region, '/ssm/parameter-store/high-throughput-enabled') === 'true',
    ),
    quotas: allQuotas,
  };
};

const operationsOf = (ssm: Ssm): Service['operations'] => [
  addTagsToResource(ssm),
  deleteParameter(ssm),
  deleteParameters(ssm),
  deleteResourcePolicy(ssm),
  describeParameters(ssm),
  getParameter(ssm),
  getParameterHistory(ssm),
  getParameters(ssm),
  getParametersByPath(ssm),
  getResourcePolicies(ssm),
  getServiceSetting,
  labelParameterVersion(ssm),
  listTagsForResource(ssm),
  putParameter(ssm),
  putResourcePolicy(ssm),
  removeTagsFromResource(ssm),
  resetServiceSetting,
  unlabelParameterVersion(ssm),
  updateServiceSetting,
];
