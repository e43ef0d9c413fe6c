import { publish } from '../../events/outbox.ts';
import type { Transaction } from '../../store/store.ts';
import { parameterArn } from './parameter-names.ts';
import type { ParameterRecord } from './parameter-record.ts';

type Told = Pick<ParameterRecord, 'account' | 'region' | 'name' | 'type' | 'description'>;

/** @see EventBridge reference: "Parameter Store Change" */
export const publishChange = (
  tx: Transaction,
  { description, ...parameter }: Told,
  operation: 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion',
  now: Date,
): void => {
  const { name, type } = parameter;
  const detail = { name, type, operation, ...(description !== undefined && { description }) };
  publish(tx, { ...busOf(parameter), detailType: 'Parameter Store Change', detail }, now);
};

/** @param policy its JSON text. @see EventBridge reference: "Parameter Store Policy Action" */
export const publishPolicyAction = (
  tx: Transaction,
  parameter: Told,
  policy: string,
  reason: string,
  now: Date,
): void => {
  const detail = {
    'parameter-name': parameter.name,
    'parameter-type': parameter.type,
    'policy-type': (JSON.parse(policy) as { readonly Type: string }).Type,
    'policy-content': policy,
    'action-status': 'success',
    'action-reason': reason,
  };
  publish(tx, { ...busOf(parameter), detailType: 'Parameter Store Policy Action', detail }, now);
};

const busOf = ({ account, region, name }: Told) => ({
  account,
  region,
  source: 'aws.ssm',
  resources: [parameterArn({ account, region, name })],
});
