import type { GetParameterCommandInput, GetParameterCommandOutput } from '@aws-sdk/client-ssm';
import { eventually } from '../../../kernel/eventually.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { parseReference, requireCharacters } from '../parameter-names.ts';
import { readable } from '../reading.ts';
import { isSecretReference } from '../secret-references.ts';
import type { Ssm } from '../ssm.ts';

type GetParameter = Operation<'GetParameter', Input<GetParameterCommandInput>, Output<GetParameterCommandOutput>>;

/**
 * Reads a parameter: its latest version, or the one that a number or label after a colon names.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export const getParameter = ({ parameters }: Ssm): GetParameter => ({
  name: 'GetParameter',
  access: ({ Name }, call) => {
    const { name } = parseReference(Name, call);
    if (!isSecretReference(name)) requireCharacters(name);
    return { resource: readable(parameters, Name, call).resource };
  },
  handle: ({ Name, WithDecryption = false }, _resource, call) =>
    eventually(readable(parameters, Name, call).read(WithDecryption), (Parameter) => ({ Parameter })),
});
