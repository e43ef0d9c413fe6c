import type { UnlabelParameterVersionCommandInput, UnlabelParameterVersionCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';

type UnlabelParameterVersion = Operation<
  'UnlabelParameterVersion',
  Input<UnlabelParameterVersionCommandInput>,
  Output<UnlabelParameterVersionCommandOutput>,
  ParameterResource
>;

/**
 * Takes labels off a version.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html
 */
export const unlabelParameterVersion = ({ parameters }: Ssm): UnlabelParameterVersion => ({
  name: 'UnlabelParameterVersion',
  access: ({ Name }, call) => ({ resource: parameters.named(Name, call) }),
  handle: ({ ParameterVersion, Labels }, { record }, call) => {
    const { version } = parameters.version(call.tx, record, ParameterVersion.toString());
    const removed = Labels.filter((label) => record.labels[label] === version);
    const labels = Object.fromEntries(Object.entries(record.labels).filter(([label]) => !removed.includes(label)));
    parameters.put(call.tx, { ...record, labels });
    return { RemovedLabels: removed, InvalidLabels: Labels.filter((label) => !removed.includes(label)) };
  },
});
