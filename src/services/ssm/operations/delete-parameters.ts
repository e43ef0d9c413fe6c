import type { DeleteParametersCommandInput, DeleteParametersCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import type { Ssm } from '../ssm.ts';
import { deleteParameter } from '../writing.ts';

type DeleteParameters = Operation<
  'DeleteParameters',
  Input<DeleteParametersCommandInput>,
  Output<DeleteParametersCommandOutput>,
  readonly Resource[]
>;

/**
 * Deletes up to ten parameters; names that there are not come back as invalid.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
 */
export const deleteParameters = ({ parameters }: Ssm): DeleteParameters => ({
  name: 'DeleteParameters',
  access: ({ Names }, call) =>
    Names.map((name) => {
      const { absent: _absent, ...resource }: Resource = parameters.named(name, call);
      return { resource };
    }),
  handle: ({ Names }, _resources, call) => {
    const deleted: string[] = [];
    const invalid: string[] = [];
    for (const name of Names) {
      const resource = parameters.named(name, call);
      if ('record' in resource) {
        deleteParameter(parameters, resource.record, call);
        deleted.push(name);
      } else invalid.push(name);
    }
    return { DeletedParameters: deleted, InvalidParameters: invalid };
  },
});
