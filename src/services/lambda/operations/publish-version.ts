import type { PublishVersionCommandInput, PublishVersionCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { describeVersion } from '../configuration.ts';
import { functionArn } from '../function-names.ts';
import { type FunctionResource, requireRevision } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { publish } from '../publishing.ts';
import { requireReady } from '../readiness.ts';

type PublishVersion = Operation<
  'PublishVersion',
  Input<PublishVersionCommandInput>,
  Output<PublishVersionCommandOutput>,
  FunctionResource
>;

/**
 * Makes a version of what `$LATEST` is, which never changes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
export const publishVersion = ({ functions }: Lambda): PublishVersion => ({
  name: 'PublishVersion',
  access: (input, call) => ({ resource: functions.select(input.FunctionName, call) }),
  handle: (input, { record }, call) => {
    requireReady(record, functionArn(record));
    requireRevision(input.RevisionId, record);
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== '' && input.CodeSha256 !== record.codeSha256) {
      throw fault(
        'InvalidParameterValueException',
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${record.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    return describeVersion(publish(functions, call.tx, record, input.Description, call.now), call);
  },
});
