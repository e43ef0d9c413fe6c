import type { PutParameterCommandInput, PutParameterCommandOutput } from '@aws-sdk/client-ssm';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { parameterArn } from '../parameter-names.ts';
import type { Ssm } from '../ssm.ts';
import { type NewParameter, placeOf, putVersion } from '../writing.ts';

type PutParameter = Operation<
  'PutParameter',
  Input<PutParameterCommandInput>,
  Output<PutParameterCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a parameter, or a new version of one.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export const putParameter = ({ parameters }: Ssm): PutParameter => ({
  name: 'PutParameter',
  access: (input, call) => {
    const place = placeOf(input.Name, call);
    const record = parameters.find(call.tx, place);
    const resource: Resource = record
      ? parameters.resourceOf(record)
      : { arn: parameterArn(place), account: place.account, type: 'AWS::SSM::Parameter' };
    const conditions = {
      'ssm:Overwrite': String(input.Overwrite ?? false),
      'ssm:Policies': String(input.Policies !== undefined || (record?.policies ?? []).length > 0),
    };
    return creatingWithTags({ resource, conditions }, 'ssm:AddTagsToResource', input.Tags);
  },
  handle: (input, _resources, call) =>
    eventually(putVersion(parameters, input as NewParameter, call), ({ version, tier }) => ({
      Version: version,
      Tier: tier,
    })),
});
