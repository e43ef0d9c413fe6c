import type { LabelParameterVersionCommandInput, LabelParameterVersionCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { publishChange } from '../events.ts';
import { withLabels } from '../labels.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';

type LabelParameterVersion = Operation<
  'LabelParameterVersion',
  Input<LabelParameterVersionCommandInput>,
  Output<LabelParameterVersionCommandOutput>,
  ParameterResource
>;

/**
 * Puts labels on a version, by default the latest; each moves there from the version that had it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
export const labelParameterVersion = ({ parameters }: Ssm): LabelParameterVersion => ({
  name: 'LabelParameterVersion',
  access: ({ Name }, call) => ({ resource: parameters.named(Name, call) }),
  handle: ({ ParameterVersion, Labels }, { record }, call) => {
    const { version } = parameters.version(call.tx, record, ParameterVersion?.toString());
    const { labels, invalid } = withLabels(record, version, Labels);
    parameters.put(call.tx, { ...record, labels });
    publishChange(call.tx, record, 'LabelParameterVersion', call.now);
    return { InvalidLabels: [...invalid], ParameterVersion: version };
  },
});
