import type { GetParametersByPathCommandInput, GetParametersByPathCommandOutput } from '@aws-sdk/client-ssm';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { toParameter } from '../descriptions.ts';
import { compileFilters, labelledVersion } from '../filters.ts';
import { listPage } from '../listing.ts';
import { parameterArn, requirePath } from '../parameter-names.ts';
import { shownValue, versionsBelow } from '../reading.ts';
import { inOrder, type Ssm } from '../ssm.ts';

type GetParametersByPath = Operation<
  'GetParametersByPath',
  Input<GetParametersByPathCommandInput>,
  Output<GetParametersByPathCommandOutput>
>;

/**
 * Reads the parameters of one level of a hierarchy, or of all levels below it, by name.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export const getParametersByPath = ({ parameters }: Ssm): GetParametersByPath => ({
  name: 'GetParametersByPath',
  access: ({ Path, Recursive = false }, call) => {
    const { account, region } = call;
    return {
      resource: { arn: parameterArn({ account, region, name: withoutEnd(requirePath(Path)) }), account },
      conditions: { 'ssm:Recursive': String(Recursive) },
    };
  },
  handle: (input, _resource, call) => {
    const { Path, Recursive = false, ParameterFilters, WithDecryption = false } = input;
    const keeps = compileFilters(ParameterFilters, ['Type', 'KeyId', 'Label']);
    const path = requirePath(Path);
    const { items, next } = listPage(input, call, maxResults, versionsBelow(parameters, path, Recursive, keeps, call));
    const read = inOrder(items, ({ record, latest }) => {
      const labelled = record && labelledVersion(record, ParameterFilters);
      const version = labelled === undefined ? latest() : parameters.version(call.tx, record!, String(labelled));
      return eventually(shownValue(version, WithDecryption, call), (value) => toParameter(version, value));
    });
    return eventually(read, (Parameters) => ({ Parameters, ...next }));
  },
});

const maxResults = 10;

const withoutEnd = (path: string): string => (path === '/' ? path : path.slice(0, -1));
