import type { DeleteFunctionCommandInput, DeleteFunctionCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { deleteEventConfigs } from '../event-configs.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';

type DeleteFunction = Operation<
  'DeleteFunction',
  Input<DeleteFunctionCommandInput>,
  Output<DeleteFunctionCommandOutput>,
  FunctionResource
>;

/**
 * Deletes a function with all its versions and aliases, or one version that no alias names.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
 */
export const deleteFunction = ({ functions }: Lambda): DeleteFunction => ({
  name: 'DeleteFunction',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call, input.Qualifier) }),
  handle: (_input, { record, qualifier }, { tx }) => {
    if (qualifier === undefined) {
      deleteEventConfigs(tx, record);
      functions.delete(tx, record);
      return { StatusCode: 204 };
    }
    if (!/^\d+$/.test(qualifier)) {
      throw fault(
        'InvalidParameterValueException',
        `${qualifier} version cannot be deleted without deleting the function.`,
      );
    }
    const aliases = functions.aliases(tx, record).items;
    const named = aliases.filter(
      ({ version, additional }) => version === qualifier || additional?.version === qualifier,
    );
    if (named.length > 0) {
      const list = named.map(({ alias }) => alias).join(', ');
      throw fault('ResourceConflictException', `Version ${qualifier} is referenced by the aliases [${list}].`);
    }
    functions.deleteVersion(tx, functions.version(tx, record, qualifier)!);
    return { StatusCode: 204 };
  },
});
