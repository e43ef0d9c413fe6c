import type { InvocationType, InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { fault } from '../../../kernel/fault.ts';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { enqueue } from '../event-queue.ts';
import type { FunctionResource } from '../functions.ts';
import type { Lambda } from '../lambda.ts';
import { concurrencyOf } from '../quotas.ts';
import { requireReady } from '../readiness.ts';

type Invoke = Operation<'Invoke', Input<InvokeCommandInput>, Output<InvokeCommandOutput>, FunctionResource>;

/** @see Lambda developer guide: "Lambda quotas", invocation payload */
const maxBytes: Readonly<Record<InvocationType, number>> = {
  RequestResponse: 6_291_456,
  Event: 1_048_576,
  DryRun: 6_291_456,
};
const maxTailHeader = 4096;

/**
 * Runs a function and answers what it answers, or queues the event, or only tells whether the caller may.
 *
 * The function runs once for a request, however often the transaction of the request is run again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const invoke = ({ functions, invoker, applied, kick }: Lambda): Invoke => ({
  name: 'Invoke',
  access: (input, call) => ({
    action: 'lambda:InvokeFunction',
    resource: functions.select(input.FunctionName, call, input.Qualifier),
  }),
  handle: (input, { record, qualifier, arn }, call) => {
    const type = input.InvocationType ?? 'RequestResponse';
    const payload = payloadOf(input, type);
    if (type === 'DryRun') return { StatusCode: 204 };
    if (record.state === 'Pending') requireReady(record, arn);
    const clientContext = clientContextOf(input.ClientContext);
    if (type === 'Event') {
      const { account, region, name } = record;
      const named = qualifier === undefined ? {} : { qualifier };
      const context = clientContext === undefined ? {} : { clientContext };
      const receivedAt = call.now.getTime();
      enqueue(call.tx, { id: call.requestId, account, region, name, ...named, payload, ...context, receivedAt });
      return { StatusCode: 202 };
    }
    // INVARIANT: what is read is read before: it may have to be loaded first, and the function runs once.
    const version = functions.resolve(call.tx, record, qualifier);
    const most = concurrencyOf(applied, call.tx, record);
    return oncePerCall(input, answer);

    async function answer() {
      const { requestId } = call;
      const finished = await invoker.run({ requestId, version, arn, payload, clientContext, most });
      return {
        StatusCode: 200,
        ExecutedVersion: version.version,
        Payload: Buffer.from(finished.payload) as never,
        ...(finished.isError && { FunctionError: 'Unhandled' }),
        ...(input.LogType === 'Tail' && { LogResult: finished.logTail.slice(0, maxTailHeader * 2) }),
      };
    }
  },
  committed: () => kick(),
});

const payloadOf = ({ Payload }: InvokeCommandInput, type: InvocationType): string => {
  const bytes = Buffer.from((Payload as Uint8Array | undefined) ?? []);
  if (bytes.length > maxBytes[type]) {
    throw fault(
      'RequestTooLargeException',
      `Request must be smaller than ${maxBytes[type]} bytes for the InvokeFunction operation`,
      { members: { Type: 'User' } },
    );
  }
  if (bytes.length === 0) return '{}';
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
  } catch (cause) {
    const message = `Could not parse request body into json: Could not parse payload into json: ${(cause as Error).message}`;
    throw fault('InvalidRequestContentException', message, { members: { Type: 'User' }, cause });
  }
  return text;
};

/** JSON, which the client sends in base64. */
const clientContextOf = (given: string | undefined): string | undefined => {
  if (given === undefined) return undefined;
  const text = Buffer.from(given, 'base64').toString('utf8');
  try {
    // One line of ASCII, as it goes through a header.
    return JSON.stringify(JSON.parse(text)).replace(
      /[\u007f-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch (cause) {
    throw fault('InvalidRequestContentException', 'Could not parse client context into json', { cause });
  }
};
