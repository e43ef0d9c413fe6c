import type { DeleteParameterCommandInput, DeleteParameterCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { ParameterResource } from '../parameters.ts';
import type { Ssm } from '../ssm.ts';
import { deleteParameter as remove } from '../writing.ts';

type DeleteParameter = Operation<
  'DeleteParameter',
  Input<DeleteParameterCommandInput>,
  Output<DeleteParameterCommandOutput>,
  ParameterResource
>;

/**
 * Deletes a parameter with all its versions.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
 */
export const deleteParameter = ({ parameters }: Ssm): DeleteParameter => ({
  name: 'DeleteParameter',
  access: ({ Name }, call) => ({ resource: parameters.named(Name, call) }),
  handle: (_input, { record }, call) => {
    remove(parameters, record, call);
    return {};
  },
});
