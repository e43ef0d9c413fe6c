import type { GetParametersCommandInput, GetParametersCommandOutput } from '@aws-sdk/client-ssm';
import { eventually } from '../../../kernel/eventually.ts';
import { Fault, fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { toParameter } from '../descriptions.ts';
import { type Readable, readable, shownValue } from '../reading.ts';
import { inOrder, type Ssm } from '../ssm.ts';

type GetParameters = Operation<
  'GetParameters',
  Input<GetParametersCommandInput>,
  Output<GetParametersCommandOutput>,
  readonly Resource[]
>;

/**
 * Reads up to ten parameters; names that there are not come back as invalid.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export const getParameters = ({ parameters }: Ssm): GetParameters => ({
  name: 'GetParameters',
  access: ({ Names }, call) => {
    requireDistinct(Names);
    return Names.map((name) => ({ resource: present(readable(parameters, name, call).resource) }));
  },
  handle: ({ Names, WithDecryption = false }, _resources, call) => {
    const asked = Names.map((name) => ({ name, found: find(readable(parameters, name, call)) }));
    const found = asked.flatMap((each) => each.found ?? []);
    const invalid = asked.filter((each) => !each.found).map(({ name }) => name);
    const read = inOrder(found, ({ version, selector }) =>
      eventually(shownValue(version, WithDecryption, call), (value) => toParameter(version, value, selector)),
    );
    return eventually(read, (Parameters) => ({
      Parameters: Parameters.sort((a, b) => (a.Name! < b.Name! ? -1 : 1)),
      InvalidParameters: invalid,
    }));
  },
});

const maxNames = 10;

const requireDistinct = (names: readonly string[]): void => {
  if (names.length > maxNames) {
    throw fault(
      'ValidationException',
      `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to ${maxNames}`,
    );
  }
  if (new Set(names).size < names.length) throw fault('ValidationException', 'Duplicate names are not allowed.');
};

/** Whether it exists is not for authorization to say here. */
const present = ({ absent: _absent, ...resource }: Resource): Resource => resource;

const find = (parameter: Readable): ReturnType<Readable['read']> | undefined => {
  try {
    return parameter.read();
  } catch (error) {
    if (error instanceof Fault && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  }
};
