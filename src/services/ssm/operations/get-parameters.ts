import type { GetParametersCommandInput, GetParametersCommandOutput, Parameter } from '@aws-sdk/client-ssm';
import { type Eventually, eventually } from '../../../kernel/eventually.ts';
import { Fault, fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { readable } from '../reading.ts';
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
    const read = inOrder(Names, (name) => orAbsent(() => readable(parameters, name, call).read(WithDecryption)));
    return eventually(read, (found) => ({
      Parameters: found.flatMap((each) => each ?? []).sort((a, b) => (a.Name! < b.Name! ? -1 : 1)),
      InvalidParameters: Names.filter((_name, index) => found[index] === undefined),
    }));
  },
});

const requireDistinct = (names: readonly string[]): void => {
  if (new Set(names).size < names.length) throw fault('ValidationException', 'Duplicate names are not allowed.');
};

/** Whether it exists is not for authorization to say here. */
const present = ({ absent: _absent, ...resource }: Resource): Resource => resource;

const orAbsent = (read: () => Eventually<Parameter>): Eventually<Parameter | undefined> => {
  const absent = (error: unknown): undefined => {
    if (error instanceof Fault && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  };
  try {
    const parameter = read();
    return parameter instanceof Promise ? parameter.catch(absent) : parameter;
  } catch (error) {
    return absent(error);
  }
};
