import type { PutFunctionConcurrencyCommandInput, PutFunctionConcurrencyCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { concurrentExecutions, unreservedAtLeast } from '../quotas.ts';

type PutFunctionConcurrency = Operation<
  'PutFunctionConcurrency',
  Input<PutFunctionConcurrencyCommandInput>,
  Output<PutFunctionConcurrencyCommandOutput>,
  FunctionResource
>;

/**
 * Bounds how many executions a function may have at one time; 0 stops it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export const putFunctionConcurrency = ({ functions, applied }: Lambda): PutFunctionConcurrency => ({
  name: 'PutFunctionConcurrency',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, { tx, account, region }) => {
    const { ReservedConcurrentExecutions: reserved } = input;
    const all = applied.valueOf(tx, concurrentExecutions, account, region);
    const others = functions
      .list(tx, account, region, { limit: 10_000 })
      .items.filter(({ name }) => name !== record.name)
      .reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    if (all - others - reserved < unreservedAtLeast) {
      throw fault(
        'InvalidParameterValueException',
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedAtLeast}].`,
      );
    }
    functions.put(tx, { ...record, reservedConcurrency: reserved });
    return { ReservedConcurrentExecutions: reserved };
  },
});
