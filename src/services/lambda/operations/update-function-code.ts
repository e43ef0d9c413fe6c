import type { UpdateFunctionCodeCommandInput, UpdateFunctionCodeCommandOutput } from '@aws-sdk/client-lambda';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { checkedPackage, describePackage, releasePackage, storePackage } from '../code.ts';
import { describeVersion } from '../configuration.ts';
import { functionArn } from '../function-names.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { publish } from '../publishing.ts';
import { requireReady, scheduleReadiness } from '../readiness.ts';

type UpdateFunctionCode = Operation<
  'UpdateFunctionCode',
  Input<UpdateFunctionCodeCommandInput>,
  Output<UpdateFunctionCodeCommandOutput>,
  FunctionResource
>;

/**
 * Gives `$LATEST` another package; published versions keep theirs.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
 */
export const updateFunctionCode = ({ functions }: Lambda): UpdateFunctionCode => ({
  name: 'UpdateFunctionCode',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: async (input, { record }, call) => {
    const { tx, now } = call;
    requireReady(record, functionArn(record));
    requireRevision(input.RevisionId, record);
    const archive = await oncePerCall(input, () => checkedPackage(input, call.account));
    const architectures = input.Architectures ?? record.architectures;
    const changed = { ...record, architectures, modifiedAt: now.toISOString() };
    if (input.DryRun) return describeVersion({ ...changed, ...describePackage(archive) }, call);
    const stored = functions.put(tx, { ...changed, ...storePackage(tx, archive), updateStatus: 'InProgress' });
    releasePackage(tx, record, record);
    scheduleReadiness(tx, stored, now);
    return describeVersion(input.Publish ? publish(functions, tx, stored, undefined, now) : stored, call);
  },
});
