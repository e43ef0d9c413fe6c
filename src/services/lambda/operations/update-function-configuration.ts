import type {
  UpdateFunctionConfigurationCommandInput,
  UpdateFunctionConfigurationCommandOutput,
} from '@aws-sdk/client-lambda';
import { eventually } from '../../../kernel/eventually.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Access, Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { configured, describeVersion } from '../configuration.ts';
import { requireDeadLetterTarget } from '../destinations.ts';
import { sealEnvironment, shownEnvironment, type Variables } from '../environment.ts';
import { passing, requireAssumable } from '../execution-role.ts';
import { functionArn } from '../function-names.ts';
import type { FunctionRecord } from '../function-record.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { requireReady, scheduleReadiness } from '../readiness.ts';

type UpdateFunctionConfiguration = Operation<
  'UpdateFunctionConfiguration',
  Input<UpdateFunctionConfigurationCommandInput>,
  Output<UpdateFunctionConfigurationCommandOutput>,
  readonly Resource[]
>;

/**
 * Changes how `$LATEST` runs: what the request does not name stays as it is. Variables are encrypted anew where they, the
 * key or the role change.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
 */
export const updateFunctionConfiguration = ({ functions, roles }: Lambda): UpdateFunctionConfiguration => ({
  name: 'UpdateFunctionConfiguration',
  access: (input, call) => {
    const resource = functions.select(input.FunctionName, call);
    const accesses: Access<Resource>[] = [{ resource }];
    if (input.Role !== undefined) accesses.push(passing(input.Role, resource.arn, call));
    return accesses;
  },
  handle: (input, resources, call) => {
    const { tx, now } = call;
    const { record } = resources[0] as FunctionResource;
    requireReady(record, functionArn(record));
    requireRevision(input.RevisionId, record);
    const configuration = configured(input, record.name, record);
    const { role, deadLetterArn } = configuration;
    if (input.Role !== undefined) requireAssumable(roles, role, functionArn(record), call);
    if (deadLetterArn !== undefined && (input.DeadLetterConfig || input.Role !== undefined)) {
      requireDeadLetterTarget({ roles }, deadLetterArn, { ...record, role }, call);
    }
    const kmsKeyArn = input.KMSKeyArn === undefined ? record.kmsKeyArn : input.KMSKeyArn || undefined;
    const { environment: _environment, kmsKeyArn: _key, deadLetterArn: _target, ...rest } = record;
    const isSealedAnew = input.Environment !== undefined || input.Role !== undefined || kmsKeyArn !== record.kmsKeyArn;
    const sealed = isSealedAnew
      ? eventually(input.Environment?.Variables ?? variablesOf(record), (variables) =>
          sealEnvironment(variables, kmsKeyArn, role, record, call),
        )
      : record.environment;
    return eventually(sealed, (environment) => {
      const stored = functions.put(tx, {
        ...rest,
        ...configuration,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        ...(environment !== undefined && { environment }),
        modifiedAt: now.toISOString(),
        updateStatus: 'InProgress',
      });
      scheduleReadiness(tx, stored, now);
      return describeVersion(stored, call);
    });

    /** As the caller may see them: whoever changes their key has to be able to decrypt them. */
    function variablesOf(before: FunctionRecord) {
      return eventually(shownEnvironment(before, call), (shown): Variables => {
        if (shown?.Error) throw fault('InvalidParameterValueException', shown.Error.Message!);
        return shown?.Variables ?? {};
      });
    }
  },
});
