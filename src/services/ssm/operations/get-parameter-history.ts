import type { GetParameterHistoryCommandInput, GetParameterHistoryCommandOutput } from '@aws-sdk/client-ssm';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { pageOf } from '../../../kernel/paging.ts';
import { toHistory } from '../descriptions.ts';
import { listPage } from '../listing.ts';
import type { ParameterResource } from '../parameters.ts';
import { shownValue } from '../reading.ts';
import { inOrder, type Ssm } from '../ssm.ts';

type GetParameterHistory = Operation<
  'GetParameterHistory',
  Input<GetParameterHistoryCommandInput>,
  Output<GetParameterHistoryCommandOutput>,
  ParameterResource
>;

/**
 * Lists the versions of a parameter, oldest first, with labels and values.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html
 */
export const getParameterHistory = ({ parameters }: Ssm): GetParameterHistory => ({
  name: 'GetParameterHistory',
  access: ({ Name }, call) => ({ resource: parameters.whole(Name, call) }),
  handle: (input, { record }, call) => {
    const versions = parameters.versions(call.tx, record);
    const page = pageOf(versions, ({ version }) => String(version).padStart(15, '0'));
    const { items, next } = listPage(input, call, 50, page);
    const read = inOrder(items, (version) =>
      eventually(shownValue(version, input.WithDecryption ?? false, call), (value) =>
        toHistory(record, version, value),
      ),
    );
    return eventually(read, (Parameters) => ({ Parameters, ...next }));
  },
});
