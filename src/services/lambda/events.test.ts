import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { type PublishedEvent, waitingEvents } from '../../events/outbox.ts';
import { functionArnOf, node, TestFunctions, until } from '../../testing/functions.ts';
import { testServer } from '../../testing/server.ts';
import { eventQueue, eventRecords } from './event-record.ts';

const server = await testServer();
const functions = await TestFunctions.on(server);
const { lambda } = functions;
const account = '111122223333';
const queueArn = `arn:aws:sqs:us-east-1:${account}:records`;
const topicArn = `arn:aws:sns:us-east-1:${account}:records`;
const busArn = `arn:aws:events:us-east-1:${account}:event-bus/default`;
for (const action of ['sqs:SendMessage', 'sns:Publish', 'events:PutEvents', 'lambda:InvokeFunction']) {
  await functions.allow(action);
}

const configure = (FunctionName: string, config: object) =>
  lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, ...config }));
const send = async (name: string, event: unknown = {}) => {
  const { StatusCode, $metadata } = await functions.invoke(name, event, { InvocationType: 'Event' });
  assert.equal(StatusCode, 202);
  return $metadata.requestId!;
};

/** Events that wait, of one function. */
const waiting = (name: string) =>
  server.running.store.transact((tx) =>
    eventRecords.list(tx, [eventQueue], { limit: 1000 }).items.filter((event) => event.name === name),
  );
/** What waits for another service, about one event. */
const sentFor = async (requestId: string): Promise<readonly PublishedEvent[]> => {
  const { events } = await server.running.store.transact((tx) => waitingEvents(tx, 1000));
  return events.filter((event) => JSON.stringify(event).includes(requestId));
};
const sentOf = async (requestId: string, target: string): Promise<PublishedEvent> => {
  let found: PublishedEvent | undefined;
  await until(async () => {
    found = (await sentFor(requestId)).find((event) => event.target?.arn === target);
    return found !== undefined;
  });
  return found!;
};
const tried = (name: string, attempts: number) =>
  until(async () => (await waiting(name)).some((event) => event.attempts === attempts));

describe('events', () => {
  it('are given to a function that fails three times: at once, after a minute and after two more', async () => {
    await functions.create('unwilling', node('async () => { throw new Error("no"); }'));
    await configure('unwilling', { DestinationConfig: { OnFailure: { Destination: queueArn } } });
    const id = await send('unwilling', { n: 7 });
    await tried('unwilling', 1);
    const [first] = await waiting('unwilling');
    assert.ok(first!.dueAt - server.running.clock.now().getTime() > 50_000);
    await server.advance('61s');
    await tried('unwilling', 2);
    const [second] = await waiting('unwilling');
    assert.ok(second!.dueAt - server.running.clock.now().getTime() > 110_000);
    await server.advance('121s');
    const { detail, target, source, detailType } = await sentOf(id, queueArn);
    const { requestContext, requestPayload, responseContext, responsePayload } = detail as Record<string, unknown>;
    assert.deepEqual(requestContext, {
      requestId: id,
      functionArn: `${functionArnOf('unwilling')}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    });
    assert.deepEqual(requestPayload, { n: 7 });
    assert.deepEqual(responseContext, { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' });
    assert.equal((responsePayload as { errorMessage: string }).errorMessage, 'no');
    assert.equal(source, 'lambda');
    assert.equal(detailType, 'Lambda Function Invocation Result - Failure');
    assert.deepEqual(JSON.parse(target!.message), detail);
    assert.equal(target!.roleArn, `arn:aws:iam::${account}:role/runner`);
    assert.deepEqual(await waiting('unwilling'), []);
  });

  it('are tried as often as their configuration says', async () => {
    await functions.create('once', node('async () => { throw new Error("no"); }'));
    await configure('once', { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: topicArn } } });
    const { detail } = await sentOf(await send('once'), topicArn);
    assert.equal(
      (detail as { requestContext: { approximateInvokeCount: number } }).requestContext.approximateInvokeCount,
      1,
    );
  });

  it('that are too old are not given to the function', async () => {
    await functions.create('late', node('async () => { throw new Error("no"); }'));
    await configure('late', {
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: busArn } },
    });
    const id = await send('late');
    await tried('late', 1);
    await server.advance('2m');
    const { detail } = await sentOf(id, busArn);
    const { condition, approximateInvokeCount } = (detail as { requestContext: Record<string, unknown> })
      .requestContext;
    assert.equal(condition, 'EventAgeExceeded');
    assert.equal(approximateInvokeCount, 1);
  });

  it('of a function with no executions reserved are given up at once', async () => {
    await functions.create('stopped', node('async () => 1'));
    await configure('stopped', { DestinationConfig: { OnFailure: { Destination: queueArn } } });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'stopped', ReservedConcurrentExecutions: 0 }));
    const { detail } = await sentOf(await send('stopped'), queueArn);
    assert.equal(
      (detail as { requestContext: { condition: string } }).requestContext.condition,
      'ZeroReservedConcurrency',
    );
  });

  it('that wait for an execution are tried again, and that is no retry', async () => {
    await functions.create('narrow', node('async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); }'), {
      Timeout: 10,
    });
    await configure('narrow', { MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: { Destination: queueArn } } });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'narrow', ReservedConcurrentExecutions: 1 }));
    const ids = [await send('narrow', { ms: 500 }), await send('narrow', { ms: 10 })];
    for (const id of ids) await sentOf(id, queueArn);
  });

  it('of a function that was deleted are gone', async () => {
    await functions.create('gone', node('async () => { throw new Error("no"); }'));
    await send('gone');
    await tried('gone', 1);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'gone' }));
    await server.advance('61s');
    await until(async () => (await waiting('gone')).length === 0);
  });

  it('whose function answers what is no JSON are done with all the same', async () => {
    const raw = `async (event, { awsRequestId }) => {
      const [address, token] = process.env.AWS_LAMBDA_RUNTIME_API.split('/');
      await fetch('http://' + address + '/' + token + '/2018-06-01/runtime/invocation/' + awsRequestId + '/response', { method: 'POST', body: 'no json' });
    }`;
    await functions.create('raw', node(raw));
    await configure('raw', { DestinationConfig: { OnSuccess: { Destination: queueArn } } });
    const { detail } = await sentOf(await send('raw'), queueArn);
    assert.equal((detail as { responsePayload: unknown }).responsePayload, 'no json');
  });

  it('of a slow function do not keep those of others waiting', async () => {
    await functions.create('slow', node('() => new Promise((resolve) => setTimeout(resolve, 20000))'), { Timeout: 30 });
    await functions.create('quick', node('async () => 1'));
    await configure('quick', { DestinationConfig: { OnSuccess: { Destination: queueArn } } });
    await Promise.all(Array.from({ length: 20 }, () => send('slow')));
    await sentOf(await send('quick'), queueArn);
    assert.equal((await waiting('slow')).length, 20);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'slow' }));
  });
});

describe('destinations', () => {
  it('that are functions get the record as the execution role, and the journal has it', async () => {
    await functions.create('receiver', node('async (event) => event.responsePayload'));
    await configure('receiver', { DestinationConfig: { OnSuccess: { Destination: queueArn } } });
    await functions.create('giver', node('async () => "done"'));
    await configure('giver', { DestinationConfig: { OnSuccess: { Destination: functionArnOf('receiver') } } });
    const id = await send('giver');
    const { detail } = await sentOf(id, queueArn);
    const { requestPayload, responsePayload } = detail as Record<string, { requestContext: { requestId: string } }>;
    assert.equal(requestPayload!.requestContext.requestId, id);
    assert.equal(responsePayload, 'done');
    const invoked = (await server.journal('Invoke')).find(
      ({ userIdentity, requestParameters }) =>
        String(userIdentity.arn).endsWith(':assumed-role/runner/giver') &&
        JSON.stringify(requestParameters).includes('receiver'),
    );
    assert.equal(invoked?.userIdentity.invokedBy, 'lambda.amazonaws.com');
  });

  const invalid = (arn: string) => new RegExp(`^The destination ARN ${arn.replaceAll('/', '\\/')} is invalid\\.$`);
  for (const arn of [
    functionArnOf('absent'),
    `arn:aws:sqs:us-east-1:${account}:records.fifo`,
    `arn:aws:sqs:eu-west-1:${account}:records`,
    'arn:aws:sqs:us-east-1:444455556666:records',
    `arn:aws:kinesis:us-east-1:${account}:stream/x`,
    `arn:aws:events:us-east-1:${account}:rule/x`,
  ]) {
    it(`are refused where they cannot get records: ${arn}`, async () => {
      const configured = configure('once', { DestinationConfig: { OnFailure: { Destination: arn } } });
      await assert.rejects(configured, { name: 'InvalidParameterValueException', message: invalid(arn) });
    });
  }

  it('are refused where they are the function itself', async () => {
    const Destination = functionArnOf('once');
    await assert.rejects(configure('once', { DestinationConfig: { OnFailure: { Destination } } }), {
      name: 'InvalidParameterValueException',
      message: "You can't specify the function as a destination for itself.",
    });
  });
});

describe('dead-letter queues', () => {
  it('get events as they were sent, with what went wrong', async () => {
    const config = { DeadLetterConfig: { TargetArn: queueArn } };
    await functions.create('letters', node('async () => { throw new Error("no luck"); }'), config);
    await configure('letters', { MaximumRetryAttempts: 0 });
    const shown = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'letters' }));
    assert.deepEqual(shown.DeadLetterConfig, config.DeadLetterConfig);
    const id = await send('letters', { n: 1 });
    const { target } = await sentOf(id, queueArn);
    assert.equal(target!.message, '{"n":1}');
    assert.deepEqual(target!.attributes, { RequestID: id, ErrorCode: '200', ErrorMessage: 'no luck' });
  });

  it('are standard queues and topics that the role may send to', async () => {
    const create = (TargetArn: string, Role?: string) =>
      functions.create('x', node('1'), { DeadLetterConfig: { TargetArn }, ...(Role && { Role }) });
    await assert.rejects(create(functionArnOf('once')), { name: 'InvalidParameterValueException' });
    const other = await TestFunctions.on(await testServer());
    const denied = [
      [queueArn, 'The provided execution role does not have permissions to call SendMessage on SQS'],
      [topicArn, 'The provided execution role does not have permissions to call Publish on SNS'],
    ] as const;
    for (const [TargetArn, message] of denied) {
      const created = other.create('x', node('1'), { DeadLetterConfig: { TargetArn } });
      await assert.rejects(created, { name: 'InvalidParameterValueException', message });
    }
  });
});
