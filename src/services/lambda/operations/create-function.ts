import { randomUUID } from 'node:crypto';
import type { CreateFunctionCommandInput, CreateFunctionCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output, Resource } from '../../../kernel/operation.ts';
import { tagRecordConditions } from '../../../kernel/request-tags.ts';
import { checkedPackage, storePackage } from '../code.ts';
import { configured, describeVersion } from '../configuration.ts';
import { requireDeadLetterTarget } from '../destinations.ts';
import { sealEnvironment } from '../environment.ts';
import { passing, requireAssumable } from '../execution-role.ts';
import { functionArn, parseFunctionName } from '../function-names.ts';
import type { FunctionRecord } from '../function-record.ts';
import type { Lambda } from '../lambda.ts';
import { publish } from '../publishing.ts';
import { scheduleReadiness } from '../readiness.ts';
import { withTags } from '../tags.ts';

type CreateFunction = Operation<
  'CreateFunction',
  Input<CreateFunctionCommandInput>,
  Output<CreateFunctionCommandOutput>,
  readonly Resource[]
>;

/**
 * Creates a function from a ZIP package, with a role that the caller may pass and that Lambda may assume.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export const createFunction = ({ functions, roles }: Lambda): CreateFunction => ({
  name: 'CreateFunction',
  access: (input, call) => {
    const place = parseFunctionName(input.FunctionName, call);
    const { account } = place;
    if (account !== call.account) throw fault('AccessDenied', 'Functions are created in the account of the caller.');
    const arn = functionArn(place);
    const resource: Resource = { arn, account, type: 'AWS::Lambda::Function' };
    const creating = { resource, conditions: tagRecordConditions(input.Tags) };
    const tagging = { ...creating, action: 'lambda:TagResource' };
    const hasTags = Object.keys(input.Tags ?? {}).length > 0;
    return [creating, passing(input.Role, arn, call), ...(hasTags ? [tagging] : [])];
  },
  handle: (input, _resources, call) => {
    const { tx, now } = call;
    const { account, region, name } = parseFunctionName(input.FunctionName, call);
    const place = { account, region, name };
    if (functions.find(tx, place)) {
      throw fault('ResourceConflictException', `Function already exist: ${name}`, { members: { Type: 'User' } });
    }
    const configuration = configured(input, name);
    const tags = withTags({}, input.Tags);
    requireAssumable(roles, input.Role, functionArn(place), call);
    const { role, deadLetterArn } = configuration;
    if (deadLetterArn !== undefined) requireDeadLetterTarget({ roles }, deadLetterArn, { ...place, role }, call);
    const kmsKeyArn = input.KMSKeyArn || undefined;
    return oncePerCall(input, () => checkedPackage(input.Code, account)).then(async (archive) => {
      const variables = input.Environment?.Variables ?? {};
      const environment = await sealEnvironment(variables, kmsKeyArn, input.Role, place, call);
      const record: FunctionRecord = {
        ...place,
        ...configuration,
        ...storePackage(tx, archive),
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        ...(environment !== undefined && { environment }),
        version: '$LATEST',
        modifiedAt: now.toISOString(),
        revisionId: randomUUID(),
        state: 'Pending',
        updateStatus: 'Successful',
        nextVersion: 1,
        tags,
        permissions: {},
      };
      const stored = functions.put(tx, record);
      scheduleReadiness(tx, stored, now);
      return describeVersion(input.Publish ? publish(functions, tx, stored, undefined, now) : stored, call);
    });
  },
});
